import pLimit from 'p-limit';
import type { OrderRow } from '../ledger/schema.js';
import { fateOf } from '../portal/outcome.js';
import type { RunContext } from '../runner/context.js';

/** Asks the portal about every `pending` row of the batch once more. @returns how many are final now */
export async function askPending(
  context: Pick<RunContext, 'batch' | 'ledger' | 'portal' | 'clock' | 'settings'>,
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
    const finals = await limit.map(
      rows,
      async (row) => !signal.aborted && (await askOne(context, row, onDead)),
    );
    settled += finals.filter(Boolean).length;
  }
  return settled;
}

async function askOne(
  { batch, ledger, portal, clock }: Pick<RunContext, 'batch' | 'ledger' | 'portal' | 'clock'>,
  row: OrderRow,
  onDead: (row: OrderRow) => void,
): Promise<boolean> {
  if (row.order_no === null) return false;
  const details = await portal.orderDetails(row.order_no);
  // An order that cannot be read now is what it was.
  if (details === undefined || details === 'unreadable' || details.orderStatus === undefined) return false;
  const fate = fateOf(details.orderStatus);
  if (fate === 'pending' && details.orderStatus === row.order_status) return false;
  const key = { batch, snKey: row.sn_key };
  const order = { orderNo: row.order_no, orderStatus: details.orderStatus };
  const at = clock.now();
  if (fate !== 'dead') {
    await ledger.record({ move: 'confirm', ...key, fate, order, at });
    return fate === 'succeeded';
  }
  const code = `order_${details.orderStatus}`;
  const reason = { code, message: `the portal shows the order ${row.order_no} as ${details.orderStatus}` };
  onDead(row);
  await ledger.record({ move: 'bury', ...key, order, reason, at, held: details.orderStatus !== 'failed' });
  return true;
}
