import type { BatchId, SerialKey } from '../common/ids.js';
import type { Ledger } from './ledger.js';
import type { OrderRow } from './schema.js';

/**
 * The rows of a batch in one status, by serial number, read in portions.
 * @param runNo only rows that the file of this run has; absent: those that the last file no longer has, too
 */
export async function* eachRow(
  ledger: Pick<Ledger, 'read'>,
  batch: BatchId,
  status: OrderRow['status'],
  runNo?: number,
): AsyncGenerator<OrderRow> {
  let after: SerialKey | '' = '';
  for (;;) {
    const rows: OrderRow[] = await ledger.read.inStatus(batch, status, after, runNo);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.sn_key;
    yield* rows;
  }
}
