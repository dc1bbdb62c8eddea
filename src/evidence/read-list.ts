import type { OrderNo } from '../common/ids.js';
import type { ListedOrder, OrderPage } from '../portal/order-list.js';

export interface SweepResult {
  /** Every order seen, in this sweep or an earlier one, that may have been created since the given time. */
  readonly orders: readonly ListedOrder[];
  /** False when fewer orders could be read than the portal says there are: then nothing is proven absent. */
  readonly complete: boolean;
  readonly pages: number;
}

export interface OrderSweeper {
  /** Looks through the portal's list for orders created since then (portal's clock, epoch ms). */
  readonly sweep: (since: number) => Promise<SweepResult>;
}

/** A list of up to so many pages is read whole every time. */
const SMALL_LIST = 10;
/** Rounds of reading before a list counts as incomplete; orders come in while it is read. */
const ROUNDS = 4;
/** Pages asked for at a time: looking must not push the orders aside. */
const AT_A_TIME = 4;
/** A portal whose last page never comes is left after so many pages (of 100 orders). */
const MAX_PAGES = 50_000;

/**
 * Reads the order list without trusting its order, which is not documented, while orders are being added.
 * Every page tells the total at its moment. Once as many different orders are known as the largest total
 * seen, all that existed at that moment are known, however the pages shifted. A long list is read whole
 * once; after that from both ends inwards, which finds what was added where lists grow.
 */
export function createOrderSweeper(page: (pageNo: number) => Promise<OrderPage>): OrderSweeper {
  const known = new Set<OrderNo>();
  const recent = new Map<OrderNo, ListedOrder>();
  let recentSince = Number.POSITIVE_INFINITY;
  let readWholeOnce = false;
  let largestTotal: number | undefined;
  let lastPage = 1;
  let wasComplete = false;
  let pages = 0;

  const read = async (pageNo: number): Promise<OrderPage> => {
    const found = await page(pageNo);
    pages++;
    for (const order of found.orders) {
      known.add(order.orderNo);
      if (order.createTime === undefined || order.createTime >= recentSince) recent.set(order.orderNo, order);
    }
    if (found.total !== undefined) largestTotal = Math.max(largestTotal ?? 0, found.total);
    if (found.totalPage !== undefined) lastPage = Math.max(lastPage, found.totalPage);
    // At this moment nothing was unknown; what comes in later is no concern of this sweep.
    if (largestTotal !== undefined && known.size >= largestTotal) wasComplete = true;
    return found;
  };

  /** Reads every page. @returns whether it came to an end that can be believed without a total */
  const readWhole = async (first: OrderPage): Promise<boolean> => {
    const walked = new Set([first.orders.map(({ orderNo }) => orderNo).join()]);
    let ended = first.count === 0;
    const last = (): number => (first.totalPage === undefined ? MAX_PAGES : Math.min(lastPage, MAX_PAGES));
    for (let next = 2; next <= last() && !ended && !wasComplete; next += AT_A_TIME) {
      const numbers = Array.from({ length: Math.min(AT_A_TIME, last() - next + 1) }, (_, i) => next + i);
      const found = await Promise.all(numbers.map(read));
      ended = found.some(({ count }) => count === 0);
      if (first.totalPage !== undefined || ended) continue;
      // A portal may repeat its last page past the end. If that is the first one, it may know no pages at all.
      const contents = found.map(({ orders }) => orders.map(({ orderNo }) => orderNo).join());
      if (new Set(contents).size === 1 && contents.length > 1) {
        ended = !walked.has(contents[0] ?? '');
        break;
      }
    }
    readWholeOnce = true;
    return ended || first.totalPage !== undefined;
  };

  const readEnds = async (reach: number): Promise<void> => {
    await read(lastPage);
    for (let step = 1; step < reach && !wasComplete; step++) {
      await read(1 + step);
      if (!wasComplete && lastPage - step > 1) await read(lastPage - step);
    }
  };

  return {
    sweep: async (since) => {
      pages = 0;
      largestTotal = undefined;
      wasComplete = false;
      if (since < recentSince) {
        // Orders passed over as too old may matter now.
        recentSince = since;
        readWholeOnce = false;
        known.clear();
      }
      let ended = false;
      for (let round = 1; round <= ROUNDS; round++) {
        const first = await read(1);
        const long = lastPage > SMALL_LIST;
        if (largestTotal !== undefined && known.size > largestTotal) {
          // Orders have left the list, so what is known no longer adds up with what is there.
          known.clear();
          readWholeOnce = false;
          wasComplete = false;
          for (const order of first.orders) known.add(order.orderNo);
        }
        if (readWholeOnce && long && round <= ROUNDS / 2) await readEnds(4 ** round);
        else ended = await readWhole(first);
        if (largestTotal === undefined || wasComplete) break;
      }
      const complete = readWholeOnce && (largestTotal === undefined ? ended : wasComplete);
      return { orders: [...recent.values()], complete, pages };
    },
  };
}
