import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { BatchId } from '../../common/ids.js';
import { type LedgerTables, type OrderRow, ROW_STATUSES, type RowStatus } from '../schema.js';
import type { Standing, TeamStore, Work, Worker, WorkState } from '../team-store.js';
import { RELEASED, SERVER_START } from './move-statements.js';

/** A row that was reserved and not sent for so long may be taken by another worker, ms. */
const RESERVED_MS = 10_000;
/** Longer than any run. */
const ASIDE_MS = 10 * 365 * 86_400_000;
/** How long after its end the outcome of a send may take to be written, ms. */
const LATE_MS = 3_000;
/** A worker that was not seen for so long is not shown any more, ms. */
const GONE_MS = 15_000;
/** Rows told at a time. */
const PORTION = 500;

interface WorkRow {
  readonly id: BatchId;
  readonly run_no: number;
  readonly work_state: WorkState;
  readonly job: string;
  readonly job_file: string | null;
  readonly settings: string;
  readonly stop: string | null;
}

interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly started_at: number;
  readonly seen_at: number;
  readonly batch: BatchId | null;
  readonly lanes: number;
  readonly coordinates: boolean;
}

/**
 * Reservations are one statement each, which commits by itself: a worker that freezes holds no lock.
 * @param now the database's clock
 */
export function createTeamStore(db: Kysely<LedgerTables>, now: RawBuilder<number>): TeamStore {
  const rowsOf = async <Row>(query: RawBuilder<Row>): Promise<Row[]> => (await query.execute(db)).rows;
  const changed = async (query: RawBuilder<unknown>): Promise<boolean> =>
    (await query.execute(db)).numAffectedRows === 1n;

  /**
   * Rows with an owner are few, and have an index: those that this run has sent and may send again, and those that
   * somebody reserved, and left behind when it died. They are in the run's limit already.
   */
  const free = sql<boolean>`(coalesce(r.reserved_until, 0) < ${now} or r.owner = ${RELEASED})`;
  const columns = sql`id, run_no, work_state, job, job_file, settings, stop`;

  return {
    begin: async ({ batch, runNo }, { settings, limit, canary }) => {
      // If it is begun already, the answer to that was lost, and others may have taken rows since.
      await sql`update order_row set owner = null, reserved_until = null
          where batch = ${batch} and owner is not null and status in ('not_sent', 'failed')
            and exists (select 1 from batch where id = ${batch} and work_state = 'closed')`.execute(db);
      const isOurs = await changed(sql`
        update batch set work_state = ${canary ? 'canary' : 'open'}, settings = ${settings}, stop = null,
          limit_left = ${limit ?? null}, server_start = ${SERVER_START}
        where id = ${batch} and run_no = ${runNo} and work_state = 'closed'`);
      if (isOurs) return;
      const begun = await rowsOf(sql`select 1 from batch where id = ${batch} and run_no = ${runNo}`);
      if (begun.length === 0) throw new Error(`ledger: the run ${runNo} of ${batch} is not the last one`);
    },

    work: async (batch) =>
      (await rowsOf(sql<WorkRow>`select ${columns} from batch where id = ${batch}`)).map(workOf)[0],

    openWork: async () =>
      (
        await rowsOf(
          sql<WorkRow>`select ${columns} from batch where work_state in ('canary', 'open')
              and server_start = ${SERVER_START} order by created_at`,
        )
      ).map(workOf),

    setState: ({ batch, runNo }, from, to, stop) =>
      changed(sql`
        update batch set work_state = ${to}, stop = coalesce(${stop ?? null}, stop)
        where id = ${batch} and run_no = ${runNo} and work_state in (${sql.join([...from])})`),

    reserve: ({ batch, runNo }, owner, count, during, alsoNew) => {
      const wanted = alsoNew ? count : 0;
      // Without a join and with plain limits, so that the rows come in the order of an index: of a million rows that
      // wait, twenty are read.
      const mine = sql<boolean>`r.batch = ${batch} and r.run_no = ${runNo} and exists (select 1 from work)`;
      return rowsOf(sql<OrderRow>`
        with work as materialized (
          select id, run_no, limit_left, least(${wanted}::integer, coalesce(limit_left, ${wanted}::integer)) as most
          from batch where id = ${batch} and run_no = ${runNo} and work_state in (${sql.join([...during])})
          for update
        ), again as materialized (
          select r.batch, r.sn_key, r.position from order_row r
          where ${mine} and r.status = 'not_sent' and r.sent_run = ${runNo} and r.needs_person = 0
            and r.owner is not null and ${free}
          order by r.position limit ${count} for update of r skip locked
        ), left_behind as materialized (
          select r.batch, r.sn_key, r.position from order_row r
          where ${mine} and r.status in ('not_sent', 'failed') and r.sent_run < ${runNo} and r.needs_person = 0
            and r.owner is not null and ${free}
          order by r.position limit ${wanted}
          for update of r skip locked
        ), fresh as materialized (
          select r.batch, r.sn_key, r.position from order_row r
          where ${mine} and r.status = 'not_sent' and r.sent_run < ${runNo} and r.needs_person = 0 and r.owner is null
          order by r.position limit ${wanted}
          for update of r skip locked
        ), failed as materialized (
          select r.batch, r.sn_key, r.position from order_row r
          where ${mine} and r.status = 'failed' and r.sent_run < ${runNo} and r.needs_person = 0 and r.owner is null
          order by r.position limit ${wanted}
          for update of r skip locked
        ), numbered as (
          select batch, sn_key, rank, row_number() over (order by rank, position) as nth,
            count(*) filter (where rank > 1) over (order by rank, position) as new from (
              select batch, sn_key, position, 0 as rank from again
              union all select batch, sn_key, position, 1 from left_behind
              union all select batch, sn_key, position, 2 from fresh
              union all select batch, sn_key, position, 3 from failed
            ) as found
        ), chosen as materialized (
          select batch, sn_key, rank from numbered where nth <= ${count} and new <= (select most from work)
        ), counted as (
          update batch set limit_left = batch.limit_left - (select count(*) from chosen where rank > 1)::integer
          from work w where batch.id = w.id and w.limit_left is not null
        ), taken as (
          update order_row r set owner = ${owner}, reserved_until = ${now} + ${RESERVED_MS}
          from chosen c where r.batch = c.batch and r.sn_key = c.sn_key returning r.*, c.rank
        )
        select * from taken order by rank, position`);
    },

    giveBack: async ({ batch, runNo }, owner) => {
      await sql`with freed as (
            update order_row set owner = case when sent_run = ${runNo} then owner end, reserved_until = null
            where batch = ${batch} and owner = ${owner} and status in ('not_sent', 'failed') returning sent_run
          )
          update batch set limit_left = limit_left + (select count(*) from freed where sent_run < ${runNo})::integer
          where id = ${batch} and run_no = ${runNo} and limit_left is not null`.execute(db);
    },

    setAside: async ({ batch }, snKey) => {
      await sql`update order_row set owner = 'aside', reserved_until = ${now} + ${ASIDE_MS}
          where batch = ${batch} and sn_key = ${snKey}`.execute(db);
    },

    standing: async ({ batch, runNo }) => {
      const counts = await rowsOf(sql<{ status: RowStatus; rows: number }>`
        select status, count(*) as rows from order_row
        where batch = ${batch} and run_no = ${runNo} and sent_run = ${runNo} group by status`);
      return standingOf(counts);
    },

    sending: async ({ batch }) => {
      const [found] = await rowsOf(
        sql<{ sending: boolean }>`
          select exists (select 1 from order_row where batch = ${batch} and status = 'sending') as sending`,
      );
      return found?.sending === true;
    },

    busy: async ({ batch, runNo }) => {
      const [found] = await rowsOf(sql<{ busy: boolean }>`
        select exists (select 1 from order_row where batch = ${batch} and status = 'sending' and run_no = ${runNo})
        or exists (
          select 1 from order_row r join batch w on w.id = r.batch and w.run_no = r.run_no
          where r.batch = ${batch} and r.run_no = ${runNo} and r.needs_person = 0 and r.owner is distinct from 'aside'
            and (r.status = 'not_sent' and r.sent_run = w.run_no
              or r.status in ('not_sent', 'failed') and r.sent_run < w.run_no
                and (coalesce(w.limit_left, 1) > 0 or r.owner is not null))
        ) as busy`);
      return found?.busy === true;
    },

    overdue: (batch) =>
      rowsOf(sql<OrderRow>`
        select * from order_row where batch = ${batch} and status = 'sending'
          and coalesce(open_until, 0) + ${LATE_MS} < ${now}
        order by sn_key limit ${PORTION}`),

    beat: async ({ id, host, pid, batch, lanes, coordinates }) => {
      await sql`insert into worker (id, host, pid, started_at, seen_at, batch, lanes, coordinates)
          values (${id}, ${host}, ${pid}, ${now}, ${now}, ${batch ?? null}, ${lanes}, ${coordinates})
          on conflict (id) do update set seen_at = excluded.seen_at, batch = excluded.batch,
            lanes = excluded.lanes, coordinates = excluded.coordinates`.execute(db);
    },

    leave: async (id) => {
      await sql`delete from worker where id = ${id} or seen_at < ${now} - ${86_400_000}`.execute(db);
    },

    workers: async () =>
      (
        await rowsOf(
          sql<WorkerRow>`select * from worker where seen_at >= ${now} - ${GONE_MS} order by started_at, id`,
        )
      ).map(workerOf),
  };
}

const workOf = (row: WorkRow): Work => ({
  batch: row.id,
  runNo: row.run_no,
  state: row.work_state,
  job: row.job,
  jobFile: row.job_file ?? undefined,
  settings: row.settings,
  stop: row.stop ?? undefined,
});

const workerOf = (row: WorkerRow): Worker => ({
  id: row.id,
  host: row.host,
  pid: row.pid,
  startedAt: row.started_at,
  seenAt: row.seen_at,
  batch: row.batch ?? undefined,
  lanes: row.lanes,
  coordinates: row.coordinates,
});

function standingOf(counts: readonly { status: RowStatus; rows: number }[]): Standing {
  const rows = new Map(counts.map((count) => [count.status, Number(count.rows)]));
  return Object.fromEntries(ROW_STATUSES.map((status) => [status, rows.get(status) ?? 0])) as Standing;
}
