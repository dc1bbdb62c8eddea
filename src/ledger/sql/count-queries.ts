import { type Kysely, sql } from 'kysely';
import type { BatchId } from '../../common/ids.js';
import { ORDERED } from '../decide-load.js';
import type { LedgerTables, OrderRow, RowStatus, RunKey } from '../schema.js';

/** How many rows stand where. */
export function countQueries(db: Kysely<LedgerTables>) {
  return {
    statusCounts: ({ batch, runNo }: RunKey) =>
      db
        .selectFrom('order_row')
        .select((eb) => ['status', eb.fn.countAll<number>().as('rows')])
        .where('batch', '=', batch)
        .where('run_no', '=', runNo)
        .groupBy('status')
        .execute(),

    /** Rows of a batch in some statuses, also those of earlier files. */
    countInStatus: async (batch: BatchId, statuses: readonly RowStatus[]): Promise<number> => {
      const { rows } = await db
        .selectFrom('order_row')
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .where('batch', '=', batch)
        .where('status', 'in', statuses)
        .executeTakeFirstOrThrow();
      return Number(rows);
    },

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

    /** How many rows of a run want each plan, cycle and billing contact, by status; with one of their serial numbers. */
    breakdown: ({ batch, runNo }: RunKey) =>
      db
        .selectFrom('order_row')
        .select(['plan_id', 'billing_contact_id', 'billing_cycle', 'multi_cycle', 'status'])
        .select((eb) => [
          eb.fn.countAll<number>().as('rows'),
          eb.fn.min<OrderRow['serial_number']>('serial_number').as('example'),
        ])
        .where('batch', '=', batch)
        .where('run_no', '=', runNo)
        .groupBy(['plan_id', 'billing_contact_id', 'billing_cycle', 'multi_cycle', 'status'])
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
  };
}
