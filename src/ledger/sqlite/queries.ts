import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { BatchId, OrderNo, SerialKey } from '../../common/ids.js';
import type { BatchRecord, LedgerTables, OrderRow, RowStatus } from '../schema.js';

/** Rows read at a time: memory must not grow with the file. */
export const PORTION = 500;
/** Smaller, because orders in flight wait while it is read. */
const QUEUE_PORTION = 100;

export interface RunKey {
  readonly batch: BatchId;
  readonly runNo: number;
}

/** Every column read costs, and a results file reads every row. */
const ORDER_FIELDS = [
  'order_no',
  'transaction_no',
  'order_status',
  'instance_id',
  'plan_id',
  'billing_contact_id',
  'reference',
  'attempts',
  'request_id',
  'submitted_at',
  'finished_at',
] as const satisfies readonly (keyof OrderRow)[];

const RESULTS_FIELDS = [
  'position',
  'cells',
  'status',
  'error_code',
  'error_message',
  ...ORDER_FIELDS,
] as const satisfies readonly (keyof OrderRow)[];

const BRIEF_FIELDS = [
  'position',
  'cells',
  'plan_id',
  'billing_contact_id',
] as const satisfies readonly (keyof OrderRow)[];

/** Statuses of a row of an earlier run that a finding of this one must not hide. */
const ORDERED: RowStatus[] = ['succeeded', 'pending', 'sending', 'in_doubt'];

type BriefRow = Pick<OrderRow, (typeof BRIEF_FIELDS)[number]>;
type FullRow = Pick<OrderRow, (typeof RESULTS_FIELDS)[number]>;
/** What is absent has nothing to tell: the row was never sent and never refused. */
export type ResultsRow = BriefRow & Partial<FullRow>;

/**
 * The run as an expression, not a column, so that no planner takes the index by position for a portion by
 * serial number: it would sort the whole batch for each.
 */
const inRun = (runNo: number): RawBuilder<boolean> => sql<boolean>`order_row.run_no + 0 = ${runNo}`;

/** Everything that is read from the ledger; nothing here changes it. */
export function ledgerQueries(db: Kysely<LedgerTables>) {
  const rowsOf = ({ batch, runNo }: RunKey) =>
    db.selectFrom('order_row').selectAll().where('batch', '=', batch).where('run_no', '=', runNo);

  return {
    batch: (id: BatchId): Promise<BatchRecord | undefined> =>
      db.selectFrom('batch').selectAll().where('id', '=', id).executeTakeFirst(),

    batches: (): Promise<BatchRecord[]> => db.selectFrom('batch').selectAll().orderBy('created_at').execute(),

    /** Rows that wait to be sent, in the file's order, from behind a position on. */
    queue: (run: RunKey, which: 'new' | 'failed-before', after: number): Promise<OrderRow[]> => {
      const rows = rowsOf(run)
        .where('position', '>', after)
        .where('needs_person', '=', 0)
        .orderBy('position')
        .limit(QUEUE_PORTION);
      return which === 'new'
        ? rows.where('status', '=', 'not_sent').execute()
        : rows.where('status', '=', 'failed').where('sent_run', '<', run.runNo).execute();
    },

    /** Rows of a batch in one status, in portions; those no longer in the file too, unless a run is named. */
    inStatus: (
      batch: BatchId,
      status: RowStatus,
      after: SerialKey | '',
      runNo?: number,
    ): Promise<OrderRow[]> => {
      const rows = db
        .selectFrom('order_row')
        .selectAll()
        .where('batch', '=', batch)
        .where('status', '=', status)
        .where('sn_key', '>', after as SerialKey)
        .orderBy('sn_key')
        .limit(PORTION);
      return runNo === undefined ? rows.execute() : rows.where(inRun(runNo)).execute();
    },

    /**
     * Rows of the batch that its last file no longer held: they stand as that file's run left them. With the counts of
     * the last file they add up to the whole batch, so a serial number that is rejected there is not counted here.
     */
    earlierCounts: ({ batch, runNo }: RunKey) =>
      db
        .selectFrom('order_row')
        .select(['status', (eb) => eb.fn.countAll<number>().as('rows')])
        .where('batch', '=', batch)
        .where('run_no', '>', 0)
        .where(sql<boolean>`order_row.run_no + 0 <> ${runNo}`)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('rejected_line')
                .select('rejected_line.line')
                .whereRef('rejected_line.batch', '=', 'order_row.batch')
                .whereRef('rejected_line.sn_key', '=', 'order_row.sn_key'),
            ),
          ),
        )
        .groupBy('status')
        .execute(),

    /** Serial numbers of rows in doubt of an earlier file that this run's file does not have; and how many there are. */
    leftInDoubt: async ({ batch, runNo }: RunKey, most: number) => {
      const rows = db
        .selectFrom('order_row')
        .where('batch', '=', batch)
        .where('status', 'in', ['in_doubt', 'sending'])
        .where(sql<boolean>`order_row.run_no + 0 <> ${runNo}`)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('rejected_line')
                .select('rejected_line.position')
                .where('rejected_line.batch', '=', batch)
                .whereRef('rejected_line.sn_key', '=', 'order_row.sn_key'),
            ),
          ),
        );
      const { count } = await rows
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      const named =
        Number(count) === 0 ? [] : await rows.select('serial_number').orderBy('sn_key').limit(most).execute();
      return { rows: Number(count), serialNumbers: named.map(({ serial_number }) => serial_number) };
    },

    /** What is ordered, by serial number: the same whatever the order of the file. In portions. */
    terms: ({ batch, runNo }: RunKey, after: SerialKey | '') =>
      db
        .selectFrom('order_row')
        .select(['sn_key', 'serial_number', 'plan_id', 'billing_contact_id', 'multi_cycle', 'own_po_number'])
        .where('batch', '=', batch)
        .where(inRun(runNo))
        .where('sn_key', '>', after as SerialKey)
        .orderBy('sn_key')
        .limit(PORTION)
        .execute(),

    /** The run's rows by serial number, in portions: the same whatever the order of the file. */
    bySerialNumber: (run: RunKey, after: SerialKey | ''): Promise<OrderRow[]> =>
      db
        .selectFrom('order_row')
        .selectAll()
        .where('batch', '=', run.batch)
        .where(inRun(run.runNo))
        .where('sn_key', '>', after as SerialKey)
        .orderBy('sn_key')
        .limit(PORTION)
        .execute(),

    row: (batch: BatchId, snKey: SerialKey): Promise<OrderRow | undefined> =>
      db
        .selectFrom('order_row')
        .selectAll()
        .where('batch', '=', batch)
        .where('sn_key', '=', snKey)
        .executeTakeFirst(),

    /** What the results tell, in the file's order, in portions. */
    rowsByPosition: async ({ batch, runNo }: RunKey, after: number): Promise<ResultsRow[]> => {
      const portion = db
        .selectFrom('order_row')
        .where('batch', '=', batch)
        .where('run_no', '=', runNo)
        .where('position', '>', after)
        .orderBy('position')
        .limit(PORTION);
      // After a dry run no row has more to tell, and every column read costs.
      const brief = await portion
        .select([...BRIEF_FIELDS])
        .select(sql<number>`status <> 'not_sent' or attempts > 0 or error_code is not null`.as('touched'))
        .execute();
      if (brief.every(({ touched }) => touched === 0)) return brief;
      return await portion.select([...RESULTS_FIELDS]).execute();
    },

    /** Lines that were rejected, in the file's order, in portions; with the order of an earlier run, if any. */
    rejectedByPosition: ({ batch, runNo }: RunKey, after: number) =>
      db
        .selectFrom('rejected_line')
        .leftJoin('order_row', (join) =>
          join
            .onRef('order_row.batch', '=', 'rejected_line.batch')
            .onRef('order_row.sn_key', '=', 'rejected_line.sn_key')
            .on('order_row.run_no', '<', runNo)
            .on('order_row.status', 'in', ORDERED),
        )
        .select(['rejected_line.position', 'rejected_line.cells', 'code', 'message', 'order_row.status'])
        .select([...ORDER_FIELDS])
        .where('rejected_line.batch', '=', batch)
        .where('rejected_line.position', '>', after)
        .orderBy('rejected_line.position')
        .limit(PORTION)
        .execute(),

    statusCounts: ({ batch, runNo }: RunKey) =>
      db
        .selectFrom('order_row')
        .select((eb) => ['status', eb.fn.countAll<number>().as('rows')])
        .where('batch', '=', batch)
        .where('run_no', '=', runNo)
        .groupBy('status')
        .execute(),

    /** Rejected lines by the status of an earlier run's order; null where there is none. */
    rejectedCounts: ({ batch, runNo }: RunKey) =>
      db
        .selectFrom('rejected_line')
        .leftJoin('order_row', (join) =>
          join
            .onRef('order_row.batch', '=', 'rejected_line.batch')
            .onRef('order_row.sn_key', '=', 'rejected_line.sn_key')
            .on('order_row.run_no', '<', runNo)
            .on('order_row.status', 'in', ORDERED),
        )
        .select((eb) => ['order_row.status', eb.fn.countAll<number>().as('rows')])
        .where('rejected_line.batch', '=', batch)
        .groupBy('order_row.status')
        .execute(),

    /** How many rows of a run want each plan and each billing contact, by status. */
    breakdown: ({ batch, runNo }: RunKey) =>
      db
        .selectFrom('order_row')
        .select((eb) => ['plan_id', 'billing_contact_id', 'status', eb.fn.countAll<number>().as('rows')])
        .where('batch', '=', batch)
        .where('run_no', '=', runNo)
        .groupBy(['plan_id', 'billing_contact_id', 'status'])
        .execute(),

    /** Sends of a run, each one counted. */
    sends: async ({ batch, runNo }: RunKey): Promise<number> => {
      const sum = await db
        .selectFrom('order_row')
        .select((eb) => eb.fn.sum<number | null>('run_attempts').as('sends'))
        .where('batch', '=', batch)
        .where('sent_run', '=', runNo)
        .executeTakeFirst();
      return Number(sum?.sends ?? 0);
    },

    /** Failed rows of a run by error, the most frequent first, with one serial number each. */
    failures: ({ batch, runNo }: RunKey) =>
      db
        .selectFrom('order_row')
        .select((eb) => [
          'error_code',
          eb.fn.countAll<number>().as('rows'),
          eb.fn.min('serial_number').as('example'),
          eb.fn.min('error_message').as('message'),
        ])
        .where('batch', '=', batch)
        .where('run_no', '=', runNo)
        .where('status', '=', 'failed')
        .groupBy('error_code')
        .orderBy('rows', 'desc')
        .limit(10)
        .execute(),

    /** Those of the orders that are credited to a row already. */
    credited: async (orderNos: readonly OrderNo[]): Promise<ReadonlySet<OrderNo>> => {
      const found = new Set<OrderNo>();
      for (let at = 0; at < orderNos.length; at += PORTION) {
        const rows = await db
          .selectFrom('credit')
          .select('order_no')
          .where('order_no', 'in', orderNos.slice(at, at + PORTION))
          .execute();
        for (const row of rows) found.add(row.order_no);
      }
      return found;
    },
  };
}

export type LedgerQueries = ReturnType<typeof ledgerQueries>;
export type RejectedRow = Awaited<ReturnType<LedgerQueries['rejectedByPosition']>>[number];
