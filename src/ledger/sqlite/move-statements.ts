import type { Database } from 'better-sqlite3';
import { type Compilable, sql } from 'kysely';
import type { Move, MoveName } from '../moves.js';
import type { CreditRecord } from '../schema.js';
import { type MoveSlots, slotsOf } from '../sql/move-slots.js';
import { moveUpdates } from '../sql/move-updates.js';
import { endsSend, type SendSlots, sendLog } from '../sql/send-log.js';
import type { OpenFile } from './database.js';
import { type Prepared, prepared } from './prepared.js';

/** When moves are written. */
export interface Moment {
  /** In the ledger's own time. */
  readonly at: number;
  /** Epoch ms. */
  readonly wall: number;
  /** The last look at the portal that is over. */
  readonly lastLook: number;
}

/** A move that speaks of an order. */
export type OrderMove = Extract<Move, { order: unknown }>;

export interface MoveStatements {
  /** Writes down the ledger's own time. */
  readonly tick: (moment: Moment) => void;
  /** The guarded UPDATE of a move. @returns the number of an intent, 0 for another move; undefined: no row was hit */
  readonly update: (move: Move, moment: Moment) => number | undefined;
  /** Keeps what came of a send, before the move that ends it; does nothing for a move that ends none. */
  readonly keepSend: (move: Move, moment: Moment) => void;
  /** Credits an order to the row of the move. @returns false: it is credited already */
  readonly credit: (move: OrderMove, moment: Moment) => boolean;
  /** Whose an order is. */
  readonly creditedTo: (move: OrderMove) => Pick<CreditRecord, 'batch' | 'sn_key'> | undefined;
  readonly takeCreditBack: (move: OrderMove) => void;
}

type Slots = MoveSlots & { readonly now: number; readonly last_look: number };
type OrderSlots = Pick<CreditRecord, 'order_no'>;

/** The statements of all moves on one connection. */
export function moveStatements({ db, sqlite }: OpenFile): MoveStatements {
  const { intend: intending, ...others } = moveUpdates<Slots>(db, {
    moment: (s) => sql<number>`${s.now}`,
    lastLook: (s) => sql<number>`${s.last_look}`,
  });
  const intend = prepared<Slots, { claim_no: number }>(sqlite, (s) => intending(s).returning('claim_no'));
  const updates = preparedEach(sqlite, others);
  const tick = prepared<{ at: number }>(sqlite, (s) =>
    db.updateTable('ledger').set({ time_at: s.at }).where('id', '=', 1),
  );
  const send = prepared<SendSlots>(sqlite, (s) => sendLog(db, s));
  const credit = prepared<CreditRecord>(sqlite, (s) =>
    db
      .insertInto('credit')
      .values({ order_no: s.order_no, batch: s.batch, sn_key: s.sn_key, named_by: s.named_by, at: s.at })
      .onConflict((conflict) => conflict.column('order_no').doNothing()),
  );
  const owner = prepared<OrderSlots, Pick<CreditRecord, 'batch' | 'sn_key'>>(sqlite, (s) =>
    db.selectFrom('credit').select(['batch', 'sn_key']).where('order_no', '=', s.order_no),
  );
  const uncredit = prepared<OrderSlots>(sqlite, (s) =>
    db.deleteFrom('credit').where('order_no', '=', s.order_no),
  );

  return {
    tick: ({ at }) => void tick.run({ at }),
    update: (move, { at, lastLook }) => {
      const slots = { ...slotsOf(move), now: at, last_look: lastLook };
      if (move.move === 'intend') return intend.get(slots)?.claim_no;
      return updates[move.move].run(slots) === 1 ? 0 : undefined;
    },
    keepSend: (move, { wall }) => {
      if (endsSend(move)) send.run({ ...slotsOf(move), outcome: move.move, wall });
    },
    credit: (move, { at }) =>
      credit.run({
        batch: move.batch,
        sn_key: move.snKey,
        order_no: move.order.orderNo,
        named_by: move.move === 'place' ? 'answer' : 'evidence',
        at,
      }) === 1,
    creditedTo: ({ order }) => owner.get({ order_no: order.orderNo }),
    takeCreditBack: ({ order }) => void uncredit.run({ order_no: order.orderNo }),
  };
}

const preparedEach = <Name extends MoveName>(
  sqlite: Database,
  updates: Record<Name, (slots: Slots) => Compilable>,
): Record<Name, Prepared<Slots, unknown>> =>
  Object.fromEntries(
    Object.entries<(slots: Slots) => Compilable>(updates).map(([name, update]) => [
      name,
      prepared<Slots>(sqlite, update),
    ]),
  ) as Record<Name, Prepared<Slots, unknown>>;
