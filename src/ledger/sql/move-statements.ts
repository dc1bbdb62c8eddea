import { type CompiledQuery, type Kysely, sql } from 'kysely';
import { LEGAL_MOVES, type Move, type MoveName } from '../moves.js';
import type { CreditRecord, LedgerTables, OrderRow } from '../schema.js';
import { template } from './template.js';

export interface MoveStatements {
  /** Writes down the ledger's own time. */
  readonly tick: (at: number) => CompiledQuery<unknown>;
  /**
   * The guarded UPDATE of a move.
   * @param at the ledger's own time
   */
  readonly update: (move: Move, at: number) => CompiledQuery<unknown>;
  /**
   * Credits an order to a row; hits nothing if the order is credited already.
   * @param at the ledger's own time
   */
  readonly credit: (move: Extract<Move, { order: unknown }>, at: number) => CompiledQuery<unknown>;
}

/** The statements of all moves, each compiled once. This file alone changes where a row stands. */
export function moveStatements(db: Kysely<LedgerTables>): MoveStatements {
  const guarded = (name: MoveName, slots: Slots) =>
    db
      .updateTable('order_row')
      .where('batch', '=', slots.batch)
      .where('sn_key', '=', slots.sn_key)
      .where('status', 'in', [...LEGAL_MOVES[name].from]);

  const ordered = (name: MoveName) =>
    template<Slots>((s) =>
      guarded(name, s).set((eb) => ({
        status: s.status,
        order_no: s.order_no,
        transaction_no: eb.fn.coalesce(eb.val(s.transaction_no), 'transaction_no'),
        order_status: s.order_status,
        instance_id: eb.fn.coalesce(eb.val(s.instance_id), 'instance_id'),
        request_id: eb.fn.coalesce(eb.val(s.request_id), 'request_id'),
        reference: eb.fn.coalesce('reference', eb.val(s.reference)),
        error_code: s.error_code,
        error_message: s.error_message,
        needs_person: s.needs_person,
        open_until: null,
        doubt_since: null,
        finished_at: s.finished_at,
      })),
    );

  const one = sql<number>`1`;
  const statements: Record<MoveName, (values: Slots) => CompiledQuery<unknown>> = {
    intend: template<Slots>((s) =>
      guarded('intend', s)
        .where('needs_person', '=', 0)
        .set((eb) => ({
          status: 'sending',
          attempts: eb('attempts', '+', one),
          run_attempts: eb
            .case()
            .when('sent_run', '=', s.run_no)
            .then(eb('run_attempts', '+', one))
            .else(one)
            .end(),
          sent_run: s.run_no,
          reference: s.reference,
          submitted_at: s.submitted_at,
          open_until: s.open_until,
          // An order of a send that is still in doubt may show up late: what counts is the look before that one.
          look_before: eb
            .case()
            .when('doubt_since', 'is', null)
            .then(s.look_before)
            .else(eb.ref('look_before'))
            .end(),
          intended_at: eb
            .case()
            .when('doubt_since', 'is', null)
            .then(s.intended_at)
            .else(eb.ref('intended_at'))
            .end(),
          finished_at: null,
          order_no: null,
          transaction_no: null,
          order_status: null,
          instance_id: null,
          request_id: null,
          error_code: null,
          error_message: null,
        })),
    ),
    place: ordered('place'),
    find: ordered('find'),
    adopt: ordered('adopt'),
    confirm: ordered('confirm'),
    bury: ordered('bury'),
    refuse: template<Slots>((s) =>
      guarded('refuse', s).set({
        status: 'failed',
        ...reason(s),
        finished_at: s.finished_at,
        open_until: null,
      }),
    ),
    withdraw: template<Slots>((s) =>
      guarded('withdraw', s).set((eb) => ({
        status: 'not_sent',
        ...reason(s),
        attempts: eb('attempts', '-', s.uncounted),
        run_attempts: eb('run_attempts', '-', s.uncounted),
        open_until: null,
        // A row that was never sent has nothing to show of a send.
        reference: eb.case().when('attempts', '>', s.uncounted).then(eb.ref('reference')).else(null).end(),
        submitted_at: eb
          .case()
          .when('attempts', '>', s.uncounted)
          .then(eb.ref('submitted_at'))
          .else(null)
          .end(),
      })),
    ),
    lose: template<Slots>((s) =>
      guarded('lose', s).set((eb) => ({
        status: 'in_doubt',
        ...reason(s),
        open_until: s.open_until,
        doubt_since: eb.fn.coalesce('doubt_since', 'submitted_at'),
      })),
    ),
    // The guard holds the promise in the database itself: no release without a whole look that came late enough.
    release: template<Slots>((s) =>
      guarded('release', s)
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('look')
              .select('no')
              .where('no', '=', s.look)
              .where('whole', '=', 1)
              .where('began_at', '>=', eb('order_row.open_until', '+', s.settle_ms)),
          ),
        )
        .set({ status: 'not_sent', open_until: null }),
    ),
  };

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
    update: (move, at) => statements[move.move](slotsOf(move, at)),
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

type Slots = Pick<
  OrderRow,
  | 'batch'
  | 'sn_key'
  | 'status'
  | 'run_no'
  | 'reference'
  | 'submitted_at'
  | 'open_until'
  | 'finished_at'
  | 'order_no'
  | 'transaction_no'
  | 'order_status'
  | 'instance_id'
  | 'request_id'
  | 'error_code'
  | 'error_message'
  | 'needs_person'
  | 'look_before'
  | 'intended_at'
> & { uncounted: number; look: number; settle_ms: number };

const reason = (s: Slots): Pick<Slots, 'error_code' | 'error_message' | 'request_id'> => ({
  error_code: s.error_code,
  error_message: s.error_message,
  request_id: s.request_id,
});

/** What a move fills in; what it does not speak of is null. */
function slotsOf(move: Move, at: number): Slots {
  const order = 'order' in move ? move.order : undefined;
  const reason = 'reason' in move ? move.reason : undefined;
  return {
    batch: move.batch,
    sn_key: move.snKey,
    status: 'fate' in move ? move.fate : LEGAL_MOVES[move.move].to[0],
    run_no: move.move === 'intend' ? move.runNo : 0,
    reference: 'reference' in move ? (move.reference ?? null) : null,
    submitted_at: move.move === 'intend' ? move.submittedAt : null,
    open_until: 'openUntil' in move ? move.openUntil : null,
    finished_at: 'at' in move ? move.at : null,
    order_no: order?.orderNo ?? null,
    transaction_no: order?.transactionNo ?? null,
    order_status: order?.orderStatus ?? null,
    instance_id: order?.instanceId ?? null,
    request_id: order?.requestId ?? reason?.requestId ?? null,
    error_code: reason?.code ?? null,
    error_message: reason?.message ?? null,
    needs_person: move.move === 'bury' && move.needsPerson ? 1 : 0,
    intended_at: at,
    look_before: move.move === 'intend' ? move.lookBefore : 0,
    look: move.move === 'release' ? move.look : 0,
    settle_ms: move.move === 'release' ? move.settleMs : 0,
    uncounted: move.move === 'withdraw' && !move.counts ? 1 : 0,
  };
}
