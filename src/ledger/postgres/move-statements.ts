import { type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import { ORDERED } from '../decide-load.js';
import { type Intent, LEGAL_MOVES, type MoveName, type Result } from '../moves.js';
import type { CreditRecord, LedgerTables, OrderRow } from '../schema.js';
import { slotsOf } from '../sql/move-slots.js';
import { moveUpdates } from '../sql/move-updates.js';
import { endsSend, type SendSlots, sendLog } from '../sql/send-log.js';
import { template } from '../sql/template.js';
import type { Looking } from './batch-lock.js';
import { STARTED } from './session.js';

/** What a statement says of its move. */
export interface Made {
  /** The row's number of sends; null: the row did not take the move. */
  readonly claim_no: number | null;
  /** With a move about an order: whether another row has it. */
  readonly taken: boolean;
}

/** What a statement says of an intent: the number of the send, or which batch has ordered the same. */
export interface Intended {
  readonly claim_no: number | null;
  /** Whether the batch is still this process's. */
  readonly ours: boolean;
  readonly other_batch: OrderRow['batch'] | null;
  readonly other_status: OrderRow['status'] | null;
  readonly other_operation: string | null;
}

/** What makes a batch a process's own. */
interface HeldBatch {
  readonly batch: Looking['batch'];
  readonly backend: number;
}

export interface MoveStatements {
  readonly intend: (intent: Intent, lock: HeldBatch) => CompiledQuery<Intended>;
  /** @param wall epoch ms, by the clock of all who share the ledger */
  readonly record: (move: Result, wall: number) => CompiledQuery<Made>;
}

type Slots = SendSlots &
  Pick<CreditRecord, 'named_by'> & {
    readonly locked: string;
    readonly backend: number;
    readonly repeats: boolean;
    /** Whether the move ends a send, which is kept then. */
    readonly ends: boolean;
    readonly owner: string | null;
  };

/** Two machines' ideas of the database's clock may be so far apart, ms. */
const SLACK_MS = 60_000;

/** By its name the server keeps a statement's plan, and its log tells what it was. */
const named = (name: MoveName): RawBuilder<unknown> => sql.raw(`/* move ${name} */`);

/** In place of the owner of a row that this run may send again: whoever asks next has it. */
export const RELEASED = 'released';

/** A server that was started again, or another one, may lack what the first had acknowledged: no send without a look. */
export const SERVER_START = sql.raw<string>(STARTED);

/** Time and looks are the database's, whoever asks. */
const LAST_LOOK = sql<number>`(select coalesce(max(no), 0) from look where ended_at is not null)`;

/**
 * Each move is one statement that commits by itself: a process that freezes holds no lock.
 * @param moment the ledger's own time: the database's clock
 */
export function moveStatements(db: Kysely<LedgerTables>, moment: RawBuilder<number>): MoveStatements {
  const whole = <Row>(statement: RawBuilder<Row>) => ({ compile: () => statement.compile(db) });
  const updates = moveUpdates<Slots>(db, { moment: () => moment, lastLook: () => LAST_LOOK });
  /** Whoever asks next sends it: the one that lost the answer may be gone. */
  const released = (s: Slots) =>
    updates.release(s).set({ owner: sql`case when sent_run = run_no then ${sql.lit(RELEASED)} end` });

  /**
   * The serial number's rows of all batches are locked, always in the same order, so that two batches cannot order for
   * it at the same moment. What was ordered before this batch's file was taken over was judged then.
   */
  const intend = template<Slots, Intended>((s) => {
    const ours = sql<boolean>`case when ${s.owner}::text is null
      then exists (select 1 from holder where batch = ${s.locked} and backend = ${s.backend})
      else exists (select 1 from batch where id = ${s.batch} and run_no = ${s.run_no}::integer
        and work_state in ('canary', 'open') and server_start = ${SERVER_START}) end`;
    const reserved = sql<boolean>`(${s.owner}::text is null or owner = ${s.owner}::text)`;
    const update = updates
      .intend(s)
      .where(ours)
      .where(reserved)
      .where(sql<boolean>`not exists (select 1 from blocking)`);
    return whole(sql<Intended>`${named('intend')}
      with same as materialized (
        select batch, plan_id, status, finished_at, submitted_at from order_row
        where sn_key = ${s.sn_key} order by batch for update
      ), blocking as materialized (
        select other.batch, other.status, made.operation from same as other
        join same as own on own.batch = ${s.batch} and own.plan_id = other.plan_id
        join batch as mine on mine.id = own.batch
        join batch as made on made.id = other.batch
        where other.batch <> ${s.batch} and not ${s.repeats}::boolean and other.status in (${sql.join(ORDERED)})
          and (other.status in ('sending', 'in_doubt')
            or coalesce(other.finished_at, other.submitted_at, 0) >= mine.updated_at - ${sql.lit(SLACK_MS)})
        limit 1
      ), moved as (${update.returning('claim_no')})
      select (select claim_no from moved) as claim_no, ${ours} as ours,
        (select batch from blocking) as other_batch, (select status from blocking) as other_status,
        (select operation from blocking) as other_operation`);
  });

  /** What came of a send is kept in the statement that ends it. */
  const kept = (s: Slots) =>
    sendLog(db, s, sql<boolean>`${s.ends}::boolean and exists (select 1 from moved)`);

  /** The row is locked first: an order that it does not take is credited to nobody. */
  const withOrder = (name: MoveName) =>
    template<Slots, Made>((s) => {
      const mine = sql<boolean>`(
        exists (select 1 from credited)
        or exists (select 1 from known where batch = ${s.batch} and sn_key = ${s.sn_key}))`;
      return whole(sql<Made>`${named(name)}
        with held as materialized (
          select 1 from order_row where batch = ${s.batch} and sn_key = ${s.sn_key}
            and status in (${sql.join([...LEGAL_MOVES[name].from])}) for update
        ), known as materialized (
          select batch, sn_key from credit where order_no = ${s.order_no}
        ), credited as (
          insert into credit (order_no, batch, sn_key, named_by, at)
          select ${s.order_no}::text, ${s.batch}::text, ${s.sn_key}::text, ${s.named_by}::text, ${moment} from held
          where not exists (select 1 from known)
          on conflict (order_no) do nothing returning order_no
        ), moved as (${updates[name](s).where(mine).returning('claim_no')}
        ), kept as (${kept(s)})
        select (select claim_no from moved) as claim_no,
          exists (select 1 from known where batch <> ${s.batch} or sn_key <> ${s.sn_key})
            or (exists (select 1 from held) and not exists (select 1 from known)
              and not exists (select 1 from credited)) as taken`);
    });

  const alone = (name: MoveName, update = updates[name]) =>
    template<Slots, Made>((s) =>
      whole(sql<Made>`${named(name)}
        with moved as (${update(s).returning('claim_no')}), kept as (${kept(s)})
        select (select claim_no from moved) as claim_no, false as taken`),
    );

  const statements: Record<Result['move'], (slots: Slots) => CompiledQuery<Made>> = {
    place: withOrder('place'),
    find: withOrder('find'),
    adopt: withOrder('adopt'),
    confirm: withOrder('confirm'),
    bury: withOrder('bury'),
    correct: withOrder('correct'),
    overturn: withOrder('overturn'),
    refuse: alone('refuse'),
    withdraw: alone('withdraw'),
    lose: alone('lose'),
    release: alone('release', released),
  };

  return {
    intend: (intent, { batch, backend }) => intend({ ...filled(intent, 0), locked: batch, backend }),
    record: (move, wall) => statements[move.move](filled(move, wall)),
  };
}

const filled = (move: Intent | Result, wall: number): Slots => ({
  ...slotsOf(move),
  outcome: move.move,
  wall,
  ends: endsSend(move),
  named_by: move.move === 'place' ? 'answer' : 'evidence',
  repeats: move.move === 'intend' && move.mayRepeat === true,
  locked: '',
  backend: 0,
  owner: move.move === 'intend' ? (move.owner ?? null) : null,
});
