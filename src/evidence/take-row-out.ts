import type { Finding } from '../common/finding.js';
import type { OrderRow } from '../ledger/schema.js';
import type { EvidenceContext } from './context.js';
import type { Credited } from './credit.js';

/** Takes a row that was about to be sent out of its run, and says why. @returns how it stands then */
export async function takeRowOut(
  { batch, runNo, ledger, emit }: Pick<EvidenceContext, 'batch' | 'runNo' | 'ledger' | 'emit'>,
  row: OrderRow,
  finding: Finding,
): Promise<Credited> {
  await ledger.takeOut({ batch, runNo }, [{ snKey: row.sn_key, finding }]);
  emit({ type: 'warning', message: `Line ${row.line}: ${finding.message}. It was not sent.` });
  return { status: 'failed', code: finding.code };
}
