import type { Reference } from '../common/ids.js';
import type { ListedOrder } from '../portal/order-list.js';
import type { RunContext } from '../runner/context.js';
import { batchPrefix, isOfOurShape, referenceKey } from './reference.js';

/** Looks, a second apart, after which a reference that is not shown counts as never shown. */
const NONE_AFTER = 3;
/** Pages read at either end of the list: at full speed an order does not stay on the outermost one. */
const PAGES = 3;

/** Where the portal shows the reference of an order that was just placed. Asked once a batch. */
export async function learnEcho(
  { batch, portal, clock, stop }: Pick<RunContext, 'batch' | 'portal' | 'clock' | 'stop'>,
  order: { readonly orderNo: ListedOrder['orderNo'] },
  reference: Reference,
): Promise<'list' | 'details' | 'none' | 'unknown'> {
  const ours = referenceKey(reference);
  const ofThisBatch = (other: string): boolean =>
    isOfOurShape(other) && referenceKey(other).startsWith(`${batchPrefix(batch)}-`);
  for (let attempt = 1; attempt <= 5 && !stop.signal.aborted; attempt++) {
    // The list is what lost answers are settled by, so it is asked first; it may show the order late.
    const ends = await endsOfList(portal, order.orderNo);
    // Any order of this batch proves it: the one asked about may have left the ends of the list.
    const listShows = ends.some(({ references }) =>
      references.some((other) => referenceKey(other) === ours || ofThisBatch(other)),
    );
    if (listShows) return 'list';
    const listed = ends.some(({ orderNo }) => orderNo === order.orderNo);
    const details = await portal.orderDetails(order.orderNo);
    if (details !== undefined && details !== 'unreadable') {
      const shown = details.references.some((other) => referenceKey(other) === ours);
      if (shown && (listed || attempt > 1)) return 'details';
      // A reference may show up later than its order, and an order that is not listed proves nothing of the list.
      if (!shown && listed && attempt >= NONE_AFTER) return 'none';
    }
    await clock.sleep(1000, stop.signal);
  }
  return 'unknown';
}

/** Orders at the first and the last pages of the list, whichever end is the new one, up to the one looked for. */
async function endsOfList(
  portal: RunContext['portal'],
  wanted: ListedOrder['orderNo'],
): Promise<ListedOrder[]> {
  const first = await portal.orderPage(1);
  const seen = [...first.orders];
  const last = first.totalPage ?? 1;
  const inwards = Array.from({ length: PAGES }, (_, step) => [last - step, 2 + step]).flat();
  for (const pageNo of new Set(inwards.filter((pageNo) => pageNo > 1 && pageNo <= last))) {
    if (seen.some(({ orderNo }) => orderNo === wanted)) break;
    seen.push(...(await portal.orderPage(pageNo)).orders);
  }
  return seen;
}
