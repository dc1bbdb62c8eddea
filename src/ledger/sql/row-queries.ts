import type { Kysely } from 'kysely';
import type { BatchId, OrderNo, SerialKey } from '../../common/ids.js';
import type { BatchRecord, LedgerTables, OrderRow, RowStatus, RunKey } from '../schema.js';
import { inRun, PORTION } from './portions.js';

/** Smaller, because orders in flight wait while it is read. */
const QUEUE_PORTION = 100;

/** Batches, and their rows as they stand. */
export function rowQueries(db: Kysely<LedgerTables>) {
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

    /** What is ordered, by serial number: the same whatever the order of the file. In portions. */
    terms: ({ batch, runNo }: RunKey, after: SerialKey | '') =>
      db
        .selectFrom('order_row')
        .select(['sn_key', 'serial_number', 'plan_id', 'billing_contact_id', 'own_po_number'])
        .select(['billing_cycle', 'multi_cycle'])
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
