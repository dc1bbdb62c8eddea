import type { OrderRow } from '../ledger/schema.js';
import type { EvidenceContext } from './context.js';
import { type Credited, creditOrder } from './credit.js';
import { decideRecent, isForSerial, standsSince } from './recent-orders.js';
import { referenceOf } from './reference.js';
import { takeRowOut } from './take-row-out.js';

type Parts = Omit<EvidenceContext, 'looker'> & {
  readonly looker: Pick<EvidenceContext['looker'], 'newcomers'>;
};

/**
 * Compares a row once more with the orders that came to light since the batch was checked: a colleague may be at work
 * on the same PBXs, or an order of the row's own may be listed late.
 * @returns `send`, or how the row stands now
 */
export async function screenRow(context: Parts, row: OrderRow): Promise<'send' | Credited> {
  const { batch, job, settings, ledger, looker, clock } = context;
  if (!looker.newcomers().has(row.sn_key)) return 'send';
  const orders = (await ledger.mirror.newSince(row.look_before)).filter((order) => isForSerial(order, row));
  const reference = referenceOf(batch, settings.useReference, row);
  // After a lost answer an order that was not there before the send is taken for the row's own.
  const recentOrders = row.doubt_since === null ? settings.recentOrders : 'adopt';
  const since = standsSince(context, row);
  const decision = decideRecent(row, orders, { productId: job.productId, recentOrders, since, reference });
  if (decision.do === 'send') return 'send';
  if (decision.do === 'credit') {
    const key = { batch, snKey: row.sn_key };
    const credited = await creditOrder(ledger, 'adopt', key, decision.order, clock.now(), decision.reference);
    return credited === 'taken' ? 'send' : credited;
  }
  return await takeRowOut(context, row, decision.finding);
}
