import { type Expression, type QueryCreator, sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely';
import { LEGAL_MOVES, type MoveName } from '../moves.js';
import type { LedgerTables } from '../schema.js';
import type { MoveSlots } from './move-slots.js';

/** What a database knows at the moment at which a statement runs, each in its own way. */
export interface MoveSources<Slots extends MoveSlots> {
  /** The ledger's own time. */
  readonly moment: (slots: Slots) => Expression<number>;
  /** The last look at the portal that is over. */
  readonly lastLook: (slots: Slots) => Expression<number>;
}

type Update = UpdateQueryBuilder<LedgerTables, 'order_row', 'order_row', UpdateResult>;

/** The guarded UPDATE of each move. This file alone changes where a row stands. */
export function moveUpdates<Slots extends MoveSlots>(
  db: Pick<QueryCreator<LedgerTables>, 'updateTable'>,
  { moment, lastLook }: MoveSources<Slots>,
): Record<MoveName, (slots: Slots) => Update> {
  const guarded = (name: MoveName, slots: Slots) =>
    db
      .updateTable('order_row')
      .where('batch', '=', slots.batch)
      .where('sn_key', '=', slots.sn_key)
      .where('status', 'in', [...LEGAL_MOVES[name].from]);

  /** A late word about an earlier send must not change what stands of the last one. */
  const ofSend = (name: MoveName, slots: Slots) =>
    guarded(name, slots).where(sql<boolean>`coalesce(${slots.claim_no}, claim_no) = claim_no`);

  const ordered =
    (name: MoveName) =>
    (s: Slots): Update =>
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
      }));

  const one = sql<number>`1`;
  return {
    intend: (s) =>
      guarded('intend', s)
        .where('needs_person', '=', 0)
        .set((eb) => ({
          status: 'sending',
          claim_no: eb('claim_no', '+', one),
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
          open_until: sql<number>`${moment(s)} + ${s.open_for_ms}`,
          // An order of a send that is still in doubt may show up late: what counts is the look before that one.
          look_before: eb
            .case()
            .when('doubt_since', 'is', null)
            .then(lastLook(s))
            .else(eb.ref('look_before'))
            .end(),
          intended_at: eb
            .case()
            .when('doubt_since', 'is', null)
            .then(moment(s))
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
    place: ordered('place'),
    find: ordered('find'),
    adopt: ordered('adopt'),
    confirm: ordered('confirm'),
    bury: ordered('bury'),
    correct: ordered('correct'),
    overturn: ordered('overturn'),
    refuse: (s) =>
      ofSend('refuse', s).set({
        status: 'failed',
        ...reason(s),
        finished_at: s.finished_at,
        open_until: null,
      }),
    withdraw: (s) =>
      ofSend('withdraw', s).set((eb) => ({
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
    lose: (s) =>
      ofSend('lose', s).set((eb) => ({
        status: 'in_doubt',
        ...reason(s),
        open_until: sql<number>`coalesce(${moment(s)} + ${s.open_for_ms}, open_until, ${moment(s)})`,
        doubt_since: eb.fn.coalesce('doubt_since', 'submitted_at'),
      })),
    // The guard holds the promise in the database itself: no release without a whole look that came late enough.
    release: (s) =>
      ofSend('release', s)
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
  };
}

const reason = (s: MoveSlots): Pick<MoveSlots, 'error_code' | 'error_message' | 'request_id'> => ({
  error_code: s.error_code,
  error_message: s.error_message,
  request_id: s.request_id,
});
