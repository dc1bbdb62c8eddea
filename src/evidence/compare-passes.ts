import type { OrderNo } from '../common/ids.js';
import type { ListedOrder } from '../common/portal-order.js';
import type { OrderPage } from '../portal/order-list.js';

/** One reading of all pages, in the order of the pages, whichever way they were read. */
export interface Pass {
  readonly pages: readonly (readonly ListedOrder[])[];
  readonly firstPage: OrderPage | undefined;
  /** It came to an end of the list. */
  readonly ended: boolean;
  /**
   * What was taken for the end. Only an empty page is one in a list that moves: an order that was pushed on to the next
   * page makes it look like one that the portal repeats.
   */
  readonly end: 'empty' | 'repeated' | 'unsure';
  /** The smallest total that a page told. */
  readonly leastTotal: number | undefined;
}

/**
 * Whether an order that was listed all the time cannot have been missed by a reading forwards and one backwards. Pure:
 * both show the same orders on the same pages, so nothing moved.
 */
export function isQuiet(there: Pass, back: Pass): boolean {
  if (there.pages.length !== back.pages.length) return false;
  return there.pages.every((page, at) => {
    const same = new Set((back.pages[at] ?? []).map(({ orderNo }) => orderNo));
    return page.length === same.size && page.every(({ orderNo }) => same.has(orderNo));
  });
}

/**
 * The same for a list that moves, if its pages were read one after the other: to the end, back, and to the end again.
 * Pure. The list has to keep its order, and one of these has to hold:
 *
 * - Nothing that the first reading showed has left by the last: orders that come in push others towards higher pages,
 *   where a reading forwards still meets them.
 * - Nothing has come in since the first reading: the same for orders that leave, and the reading backwards.
 *
 * A list that slides, one order leaving as one comes, proves nothing before it stands still.
 */
export function movesOneWay(there: Pass, back: Pass, again: Pass): boolean {
  const [forwards, backwards, later] = [sequenceOf(there), sequenceOf(back), sequenceOf(again)];
  if (!keepsOrder(forwards, backwards) || !keepsOrder(backwards, later)) return false;
  return without(forwards, later).length === 0 || without(backwards, forwards).length === 0;
}

/** The orders as they follow each other; one that moved to another page while it was read counts once. */
function sequenceOf(pass: Pass): readonly ListedOrder[] {
  const seen = new Map<OrderNo, ListedOrder>();
  for (const order of pass.pages.flat()) if (!seen.has(order.orderNo)) seen.set(order.orderNo, order);
  return [...seen.values()];
}

const without = (all: readonly ListedOrder[], others: readonly ListedOrder[]): OrderNo[] => {
  const known = new Set(others.map(({ orderNo }) => orderNo));
  return all.map(({ orderNo }) => orderNo).filter((orderNo) => !known.has(orderNo));
};

/** Whether the orders that both show follow each other the same way in both. */
function keepsOrder(forwards: readonly ListedOrder[], backwards: readonly ListedOrder[]): boolean {
  const places = new Map(forwards.map(({ orderNo }, at) => [orderNo, at]));
  let last = -1;
  for (const { orderNo } of backwards) {
    const place = places.get(orderNo);
    if (place === undefined) continue;
    if (place < last) return false;
    last = place;
  }
  return true;
}
