import { type QueryCreator, sql } from 'kysely';
import type { Move, MoveName } from '../moves.js';
import type { LedgerTables } from '../schema.js';
import type { MoveSlots } from './move-slots.js';

/** The moves by which a send ends. A request that never left has nothing to tell. */
const ENDINGS: ReadonlySet<MoveName> = new Set(['place', 'refuse', 'withdraw', 'lose', 'bury']);

export const endsSend = (move: Move): boolean =>
  ENDINGS.has(move.move) && !(move.move === 'withdraw' && move.reason === undefined);

export type SendSlots = MoveSlots & { readonly outcome: MoveName; readonly wall: number };

/**
 * Keeps what came of a send, of a row that is still `sending`: to be run before the move itself, in one transaction with
 * it. A word about an earlier send is not kept.
 * @param only a condition more, for a database that makes the move in the same statement
 */
export const sendLog = <Slots extends SendSlots>(
  db: Pick<QueryCreator<LedgerTables>, 'insertInto' | 'selectFrom'>,
  s: Slots,
  only = sql<boolean>`1 = 1`,
) =>
  db
    .insertInto('send')
    .columns([
      'batch',
      'sn_key',
      'claim_no',
      'run_no',
      'sent_at',
      'ended_at',
      'outcome',
      'reference',
      'order_no',
      'request_id',
      'code',
    ])
    .expression(
      db
        .selectFrom('order_row')
        .select(['batch', 'sn_key', 'claim_no', 'sent_run', 'submitted_at'])
        .select([sql<number>`cast(${s.wall} as bigint)`.as('ended_at'), text(s.outcome).as('outcome')])
        .select('reference')
        .select([
          text(s.order_no).as('order_no'),
          text(s.request_id).as('request_id'),
          text(s.error_code).as('code'),
        ])
        .where('batch', '=', s.batch)
        .where('sn_key', '=', s.sn_key)
        .where('status', '=', 'sending')
        .where(sql<boolean>`coalesce(${s.claim_no}, claim_no) = claim_no`)
        .where(only),
    )
    .onConflict((conflict) => conflict.columns(['batch', 'sn_key', 'claim_no']).doNothing());

/** A value whose type a database cannot guess. */
const text = <Value extends string | null>(value: Value) => sql<Value>`cast(${value} as text)`;
