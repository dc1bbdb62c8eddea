import { type Kysely, sql } from 'kysely';
import type { BatchId } from '../../common/ids.js';
import type { LedgerTables, OrderRow, RowStatus, RunKey } from '../schema.js';
import { rejectedLines } from './rejected-lines.js';

/** How many rows have which status. */
export function countQueries(db: Kysely<LedgerTables>) {
  /** Rows of a batch that the last file does not have: neither as a row nor as a rejected line. */
  const leftOut = ({ batch, runNo }: RunKey) =>
    db
      .selectFrom('order_row')
      .where('batch', '=', batch)
      .where(sql<boolean>`order_row.run_no + 0 <> ${runNo}`)
      // As a list, which is made once: the rejected lines have no index by serial number.
      .where('order_row.sn_key', 'not in', ({ selectFrom }) =>
        selectFrom('rejected_line')
          .select((eb) => eb.ref('rejected_line.sn_key').$notNull().as('sn_key'))
          .where('rejected_line.batch', '=', batch)
          .where('rejected_line.sn_key', 'is not', null),
      );

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

    /** Rejected lines by the status of an earlier run's order; null if there is none. */
    rejectedCounts: (run: RunKey) =>
      rejectedLines(db, run)
        .select((eb) => ['order_row.status', eb.fn.countAll<number>().as('rows')])
        .groupBy('order_row.status')
        .execute(),

    /**
     * Rows of the batch that its last file no longer held: they stand as that file's run left them. With the counts of
     * the last file they add up to the whole batch, so a serial number that is rejected there is not counted here.
     */
    earlierCounts: (run: RunKey) =>
      leftOut(run)
        .select(['status', (eb) => eb.fn.countAll<number>().as('rows')])
        .where('run_no', '>', 0)
        .groupBy('status')
        .execute(),

    /** Serial numbers of rows in doubt of an earlier file that this run's file does not have; and how many there are. */
    leftInDoubt: async (run: RunKey, most: number) => {
      const rows = leftOut(run).where('status', 'in', ['in_doubt', 'sending']);
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
