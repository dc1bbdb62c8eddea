import type { Reference } from '../ids.js';
import type { ListedOrder } from '../portal/order-list.js';
import type { RunContext } from './context.js';
import { referenceKey } from './reference.js';

/** Looks, a second apart, after which a reference that is not shown counts as never shown. */
const NONE_AFTER = 3;

/** Where the portal shows the reference of an order that was just placed. Asked once a batch. */
export async function learnEcho(
  { portal, clock, stop }: Pick<RunContext, 'portal' | 'clock' | 'stop'>,
  order: { readonly orderNo: ListedOrder['orderNo'] },
  reference: Reference,
): Promise<'list' | 'details' | 'none' | 'unknown'> {
  const ours = referenceKey(reference);
  for (let attempt = 1; attempt <= 5 && !stop.signal.aborted; attempt++) {
    // The list is what lost answers are settled by, so it is asked first; it may show the order late.
    const listed = await listedOrder(portal, order.orderNo);
    if (listed?.reference !== undefined && referenceKey(listed.reference) === ours) return 'list';
    const details = await portal.orderDetails(order.orderNo);
    if (details !== undefined && details !== 'unreadable') {
      const shown = details.references.some((other) => referenceKey(other) === ours);
      if (shown && (listed !== undefined || attempt > 1)) return 'details';
      // A reference may show up later than its order.
      if (!shown && attempt >= NONE_AFTER) return 'none';
    }
    await clock.sleep(1000, stop.signal);
  }
  return 'unknown';
}

/** An order on the first or the last page of the list: whichever end is the new one. */
async function listedOrder(
  portal: RunContext['portal'],
  orderNo: ListedOrder['orderNo'],
): Promise<ListedOrder | undefined> {
  const first = await portal.orderPage(1);
  const found = first.orders.find((order) => order.orderNo === orderNo);
  if (found !== undefined || first.totalPage === undefined || first.totalPage <= 1) return found;
  const last = await portal.orderPage(first.totalPage);
  return last.orders.find((order) => order.orderNo === orderNo);
}
