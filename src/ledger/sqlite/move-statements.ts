import { type CompiledQuery, type Kysely, sql } from 'kysely';
import type { Move, MoveName } from '../moves.js';
import type { CreditRecord, LedgerTables } from '../schema.js';
import { type MoveSlots, slotsOf } from '../sql/move-slots.js';
import { moveUpdates } from '../sql/move-updates.js';
import { endsSend, type SendSlots, sendLog } from '../sql/send-log.js';
import { template } from '../sql/template.js';

export interface MoveStatements {
  /** Writes down the ledger's own time. */
  readonly tick: (at: number) => CompiledQuery<unknown>;
  /**
   * The guarded UPDATE of a move; an intent's returns the number that it was given.
   * @param at the ledger's own time
   * @param lastLook the last look at the portal that is over
   */
  readonly update: (move: Move, at: number, lastLook: number) => CompiledQuery<unknown>;
  /**
   * Keeps what came of a send, before the move that ends it; `undefined`: the move ends none.
   * @param wall epoch ms
   */
  readonly send: (move: Move, wall: number) => CompiledQuery<unknown> | undefined;
  /**
   * Credits an order to a row; hits nothing if the order is credited already.
   * @param at the ledger's own time
   */
  readonly credit: (move: Extract<Move, { order: unknown }>, at: number) => CompiledQuery<unknown>;
}

type Slots = MoveSlots & { readonly now: number; readonly last_look: number };

/** The statements of all moves, each compiled once. */
export function moveStatements(db: Kysely<LedgerTables>): MoveStatements {
  const { intend, ...others } = moveUpdates<Slots>(db, {
    moment: (s) => sql<number>`${s.now}`,
    lastLook: (s) => sql<number>`${s.last_look}`,
  });
  const statements = {
    intend: template<Slots>((s) => intend(s).returning('claim_no')),
    ...mapped(others, (update) => template<Slots>(update)),
  };

  const send = template<SendSlots>((s) => sendLog(db, s));

  const tick = template<{ at: number }>((s) =>
    db.updateTable('ledger').set({ time_at: s.at }).where('id', '=', 1),
  );

  const credit = template<CreditRecord>((s) =>
    db
      .insertInto('credit')
      .values({ order_no: s.order_no, batch: s.batch, sn_key: s.sn_key, named_by: s.named_by, at: s.at })
      .onConflict((conflict) => conflict.column('order_no').doNothing()),
  );

  return {
    tick: (at) => tick({ at }),
    update: (move, now, lastLook) => statements[move.move]({ ...slotsOf(move), now, last_look: lastLook }),
    send: (move, wall) => (endsSend(move) ? send({ ...slotsOf(move), outcome: move.move, wall }) : undefined),
    credit: (move, at) =>
      credit({
        batch: move.batch,
        sn_key: move.snKey,
        order_no: move.order.orderNo,
        named_by: move.move === 'place' ? 'answer' : 'evidence',
        at,
      }),
  };
}

const mapped = <Name extends MoveName, From, To>(
  from: Record<Name, From>,
  to: (one: From) => To,
): Record<Name, To> =>
  Object.fromEntries(Object.entries(from).map(([name, one]) => [name, to(one as From)])) as Record<Name, To>;
