import { createHash } from 'node:crypto';
import type { Ledger } from '../ledger/ledger.js';
import type { RunKey } from '../ledger/queries.js';
import type { OrderRow } from '../ledger/schema.js';
import type { RunContext } from './context.js';
import { referenceOf } from './send-row.js';

/**
 * A hash over the resolved orders of a run: the same whatever the order of the rows, and whatever of them is
 * done already, so that a run that was stopped goes on under the same approval.
 */
export async function planHash(
  ledger: Ledger,
  run: RunKey,
  job: string,
  settings: RunContext['settings'],
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(['yeastar-batch plan 1', job]));
  let after: OrderRow['sn_key'] | '' = '';
  for (;;) {
    const rows: OrderRow[] = await ledger.read.bySerialNumber(run, after);
    const last = rows.at(-1);
    if (last === undefined) return hash.digest('hex').slice(0, 32);
    after = last.sn_key;
    for (const row of rows) {
      const reference = referenceOf({ batch: run.batch, settings }, row);
      hash.update(
        JSON.stringify([row.serial_number, row.plan_id, row.billing_contact_id, row.multi_cycle, reference]),
      );
    }
  }
}
