import pLimit from 'p-limit';
import type { OrderRow } from '../ledger/schema.js';
import { fateOf } from '../portal/outcome.js';
import { buryOf } from './bury.js';
import type { EvidenceContext } from './context.js';

type Parts = Pick<EvidenceContext, 'batch' | 'ledger' | 'looker' | 'clock' | 'settings'>;

/** Asks the portal about every `pending` row of the batch once more. @returns how many are final now */
export async function askPending(
  context: Parts,
  runNo: number | undefined,
  signal: AbortSignal,
  onDead: (row: OrderRow) => void,
): Promise<number> {
  const { batch, ledger, settings } = context;
  const limit = pLimit(settings.concurrency);
  let settled = 0;
  let after: OrderRow['sn_key'] | '' = '';
  while (!signal.aborted) {
    const rows: OrderRow[] = await ledger.read.inStatus(batch, 'pending', after, runNo);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.sn_key;
    // Who asks may say at once how the rows stand, so none is still under way when an error is thrown.
    let failure: { readonly error: unknown } | undefined;
    const finals = await limit.map(rows, async (row) => {
      if (signal.aborted || failure !== undefined) return false;
      return askOne(context, row, signal, onDead).catch((error: unknown) => {
        failure ??= { error };
        return false;
      });
    });
    if (failure !== undefined) throw failure.error;
    settled += finals.filter(Boolean).length;
  }
  return settled;
}

async function askOne(
  { batch, ledger, looker, clock }: Parts,
  row: OrderRow,
  signal: AbortSignal,
  onDead: (row: OrderRow) => void,
): Promise<boolean> {
  if (row.order_no === null) return false;
  const seen = await looker.ask(row.order_no);
  // A run that is stopping counts its rows: none of them may change any more.
  if (signal.aborted) return false;
  // An order that cannot be read now is what it was.
  if (seen?.details !== 'read' || seen.status === undefined) return false;
  const { orderNo, status: orderStatus } = seen;
  const fate = fateOf(orderStatus);
  if (fate === 'pending' && orderStatus === row.order_status) return false;
  const key = { batch, snKey: row.sn_key };
  const order = { orderNo, orderStatus };
  if (fate !== 'dead') {
    await ledger.record({ move: 'confirm', ...key, fate, order, at: clock.now() });
    return fate === 'succeeded';
  }
  onDead(row);
  await ledger.record(buryOf(key, order, clock.now()));
  return true;
}
