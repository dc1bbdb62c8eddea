import { createHash } from 'node:crypto';
import type { Ledger } from '../ledger/ledger.js';
import type { BatchRecord, OrderRow, RunKey } from '../ledger/schema.js';

/** What of a job decides which orders are placed. */
interface PlannedJob {
  readonly name: string;
  /** The file of the user's own job. */
  readonly file?: string | undefined;
  readonly operation: string;
  readonly productId: number;
}

/**
 * A hash over the resolved orders of a run: the same whatever the order of the rows, and whatever of them is
 * done already, so that a run that was stopped goes on under the same approval.
 */
export async function planHash(
  ledger: { readonly read: Pick<Ledger['read'], 'terms'> },
  run: RunKey,
  job: PlannedJob,
  useReference: boolean,
): Promise<string> {
  // A reference is derived from batch and serial number, so these two stand for it.
  const start = ['plan 1', jobPart(job), useReference ? run.batch : null];
  const hash = createHash('sha256').update(JSON.stringify(start));
  let after: OrderRow['sn_key'] | '' = '';
  for (;;) {
    const rows = await ledger.read.terms(run, after);
    const last = rows.at(-1);
    if (last === undefined) return hash.digest('hex').slice(0, 32);
    after = last.sn_key;
    const orders = rows.map((row) => [
      row.serial_number,
      row.plan_id,
      row.billing_contact_id,
      row.multi_cycle,
      row.own_po_number,
      // Left out if it is what all orders had in the first version: their hashes must stay as they are.
      ...(row.billing_cycle === 'annually' ? [] : [row.billing_cycle]),
    ]);
    hash.update(JSON.stringify(orders));
  }
}

/** A hash of a batch as a ledger has it, to compare two ledgers. It may differ from what a run shows: not all of a job is kept. */
export const planHashOf = (
  read: Pick<Ledger['read'], 'terms'>,
  { id, run_no, job, operation }: BatchRecord,
): Promise<string> =>
  planHash({ read }, { batch: id, runNo: run_no }, { name: job, operation, productId: 0 }, true);

/** The name of a job of this program says what it orders; a file of the user's own may have been edited. */
const jobPart = ({ name, file, operation, productId }: PlannedJob) =>
  file === undefined ? name : [name, operation, productId];
