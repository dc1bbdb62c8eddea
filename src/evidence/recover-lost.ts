import type { BatchId } from '../common/ids.js';
import { eachRow } from '../ledger/each-row.js';
import type { Ledger } from '../ledger/ledger.js';
import type { OrderRow } from '../ledger/schema.js';

/** Why an answer is lost that nobody is left to write down. */
export const PROCESS_ENDED = {
  code: 'process_ended',
  message: 'the process ended before the answer was written down',
};

/** Rows left `sending` by a process that died are lost answers, and so is what an earlier run left in doubt. */
export async function recoverLost(
  { batch, ledger }: { readonly batch: BatchId; readonly ledger: Pick<Ledger, 'read' | 'record' | 'time'> },
  watch: (row: OrderRow) => void,
): Promise<void> {
  for await (const row of eachRow(ledger, batch, 'sending')) {
    await ledger.record({
      move: 'lose',
      batch,
      snKey: row.sn_key,
      claimNo: row.claim_no,
      reason: PROCESS_ENDED,
    });
  }
  for await (const row of eachRow(ledger, batch, 'in_doubt')) watch(row);
}
