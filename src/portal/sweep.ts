import type { OrderNo } from '../ids.js';
import type { ListedOrder, OrderPage } from './order-list.js';

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
/** Reading the list whole is tried so often before it counts as incomplete. */
const WHOLE_TRIES = 4;
/** Pages asked for at a time: looking must not push the orders aside. */
const AT_A_TIME = 4;
/** A portal whose last page never comes is left after so many pages (of 100 orders). */
const MAX_PAGES = 50_000;

/**
 * Reads the order list without trusting its order, which is not documented: pages shift while orders are
 * added, so a reading is complete only if it saw at least as many different orders as the portal counted.
 * After a first whole reading of a long list, later ones read from both ends inwards until as many new
 * orders were seen as the total has grown by.
 */
export function createOrderSweeper(page: (pageNo: number) => Promise<OrderPage>): OrderSweeper {
  const known = new Set<OrderNo>();
  const recent = new Map<OrderNo, ListedOrder>();
  let recentSince = Number.POSITIVE_INFINITY;
  /** The total that `known` accounts for; undefined until a whole reading was complete. */
  let accountedFor: number | undefined;
  let pages = 0;

  const take = (read: OrderPage): number => {
    pages++;
    let fresh = 0;
    for (const order of read.orders) {
      if (!known.has(order.orderNo)) fresh++;
      known.add(order.orderNo);
      if (order.createTime === undefined || order.createTime >= recentSince) recent.set(order.orderNo, order);
    }
    return fresh;
  };

  const readWhole = async (): Promise<boolean> => {
    accountedFor = undefined;
    for (let attempt = 1; attempt <= WHOLE_TRIES; attempt++) {
      const first = await page(1);
      take(first);
      let unreadable = first.count - first.orders.length;
      let last = first.totalPage ?? MAX_PAGES;
      for (let next = 2; next <= Math.min(last, MAX_PAGES); next += AT_A_TIME) {
        const numbers = Array.from({ length: Math.min(AT_A_TIME, last - next + 1) }, (_, i) => next + i);
        for (const read of await Promise.all(numbers.map(page))) {
          take(read);
          unreadable += read.count - read.orders.length;
          if (read.count === 0) last = 0;
        }
      }
      if (first.total === undefined) return first.totalPage !== undefined || last === 0 || first.count === 0;
      if (known.size + unreadable >= first.total) {
        accountedFor = first.total;
        return true;
      }
    }
    return false;
  };

  /** True when exactly as many new orders were found at the ends as the total has grown by. */
  const readEnds = async (first: OrderPage, total: number, totalPage: number): Promise<boolean> => {
    let missing = total - (accountedFor ?? 0);
    if (missing < 0) return false;
    const reach = Math.ceil(missing / Math.max(1, first.count)) + 1;
    missing -= take(first);
    missing -= take(await page(totalPage));
    for (let step = 1; step <= reach && missing > 0; step++) {
      missing -= take(await page(1 + step));
      if (missing > 0) missing -= take(await page(totalPage - step));
    }
    if (missing === 0) accountedFor = total;
    return missing === 0;
  };

  return {
    sweep: async (since) => {
      pages = 0;
      if (since < recentSince) {
        // Orders passed over as too old may matter now.
        recentSince = since;
        accountedFor = undefined;
      }
      let complete = false;
      if (accountedFor !== undefined) {
        const first = await page(1);
        const { total, totalPage } = first;
        if (total !== undefined && totalPage !== undefined && totalPage > SMALL_LIST) {
          complete = await readEnds(first, total, totalPage);
        }
      }
      complete ||= await readWhole();
      return { orders: [...recent.values()], complete, pages };
    },
  };
}
