import type { OrderNo } from '../common/ids.js';
import type { ListedOrder } from '../common/portal-order.js';
import type { OrderPage } from '../portal/order-list.js';
import { isQuiet, movesOneWay, type Pass } from './compare-passes.js';

/** What reading the portal's list of orders showed. */
export interface ListReading {
  readonly orders: readonly ListedOrder[];
  /** Every page was read to the end of the list. */
  readonly ended: boolean;
  /** It is proven that no order that was listed all the time was missed: only then a missing order is absent. */
  readonly whole: boolean;
  readonly pages: number;
}

type ReadPage = (pageNo: number, pageSize?: number) => Promise<OrderPage>;

/** Pages asked for at a time: looking must not push the orders aside. */
const AT_A_TIME = 4;
/** Readings one page after the other, before a list that keeps moving is left as it is. */
const SLOW_READINGS = 2;
/** Pages by which a list may grow while it is read. */
const MOST_GROWTH = 20;
/** A portal whose last page never comes is left after so many pages (of 100 orders). */
const MAX_PAGES = 50_000;

/**
 * Reads the whole list without trusting what it says of itself: neither its order nor its totals are documented,
 * and orders come and go while it is read. It is read to its end and back; what that proves is in `compare-passes`.
 */
export async function readWholeList(page: ReadPage): Promise<ListReading> {
  const seen = new Map<OrderNo, ListedOrder>();
  let pages = 0;
  let damaged = false;
  const read: ReadPage = async (pageNo, pageSize) => {
    const found = await page(pageNo, pageSize);
    pages++;
    if (found.orders.length < found.count) damaged = true;
    for (const order of found.orders) seen.set(order.orderNo, order);
    return found;
  };
  let ended = false;
  for (let reading = 0; reading <= SLOW_READINGS; reading++) {
    damaged = false;
    const width = reading === 0 ? AT_A_TIME : 1;
    const there = await readForwards(read, width);
    // One empty page is all there is.
    if (there.ended && there.pages.length === 0) return { orders: [], ended: true, whole: !damaged, pages };
    const back = there.ended ? await readBackwards(read, there, width) : undefined;
    ended = back?.ended === true;
    // What looked like the end may have been orders that moved: it is read again, one page after the other.
    if (back === undefined || !ended) continue;
    const isProven =
      (there.end !== 'unsure' && isQuiet(there, back)) ||
      (width === 1 && (await movedOneWay(read, there, back)));
    if (isProven && !damaged && !saysMore(back, seen.size))
      return { orders: [...seen.values()], ended, whole: true, pages };
  }
  return { orders: [...seen.values()], ended, whole: false, pages };
}

/** A list that moves is read to its end once more, one page after the other. */
async function movedOneWay(read: ReadPage, there: Pass, back: Pass): Promise<boolean> {
  if (there.end !== 'empty' || back.end !== 'empty') return false;
  const again = await readForwards(read, 1);
  return again.end === 'empty' && movesOneWay(there, back, again);
}

/** Pages at either end, whichever of the two is the new one: enough to find an order that was just placed. */
export async function readEndsOfList(page: ReadPage, reach: number): Promise<ListReading> {
  const first = await page(1);
  const last = first.totalPage ?? 1;
  const inwards = Array.from({ length: reach }, (_, step) => [last - step, 2 + step]).flat();
  const others = [...new Set(inwards)].filter((pageNo) => pageNo > 1 && pageNo <= last);
  const found = await Promise.all(others.map((pageNo) => page(pageNo)));
  const seen = new Map([first, ...found].flatMap(({ orders }) => orders).map((o) => [o.orderNo, o]));
  return { orders: [...seen.values()], ended: false, whole: false, pages: 1 + others.length };
}

/** The list tells of more orders than it shows: whatever the reason, one of them may be missing. */
const saysMore = ({ leastTotal }: Pass, seen: number): boolean => (leastTotal ?? 0) > seen;

async function readForwards(read: ReadPage, width: number): Promise<Pass> {
  const pages: OrderPage[] = [];
  const first = await read(1);
  if (isBlank(first)) return passOf(pages, true, [first]);
  pages.push(first);
  const hint = Math.min((first.totalPage ?? 1) + 1, MAX_PAGES);
  for (let next = 2; next <= MAX_PAGES; ) {
    // Behind what the list says of its length it is read on page by page, until the end is seen.
    const count = next <= hint ? Math.min(width, hint - next + 1) : 1;
    const found = await Promise.all(Array.from({ length: count }, (_, i) => read(next + i)));
    for (const page of found) {
      const end = endAt(page, pages);
      if (end === undefined) {
        pages.push(page);
        continue;
      }
      const isEnd = end !== 'lost' || (await isOnlyPage(read, first));
      // A portal that repeats a page does so on the next one, too: else it was orders that moved.
      const repeats = end !== 'end' || isBlank(page) || isSame(page, await read(pages.length + 2));
      const kind = isBlank(page) ? 'empty' : end !== 'unsure' && repeats ? 'repeated' : 'unsure';
      return { ...passOf(pages, isEnd, pages), end: kind };
    }
    next += count;
  }
  return passOf(pages, false, pages);
}

/**
 * From the last page to the first. One page after the other it begins behind the end: if the list has grown by whole
 * pages, orders may have been pushed there.
 */
async function readBackwards(read: ReadPage, there: Pass, width: number): Promise<Pass> {
  const pages = new Map<number, OrderPage>();
  let last = Math.max(1, there.pages.length);
  let end: Pass['end'] = 'unsure';
  while (width === 1) {
    const beyond = await read(last + 1);
    const tail = await read(last);
    pages.set(last, tail);
    if (isBlank(beyond)) end = 'empty';
    if (endAt(beyond, [there.firstPage ?? tail, tail]) !== undefined) break;
    last++;
    if (last > there.pages.length + MOST_GROWTH) return passOf([], false, []);
  }
  for (let next = pages.has(last) ? last - 1 : last; next >= 1; next -= width) {
    const numbers = Array.from({ length: Math.min(width, next) }, (_, i) => next - i);
    const found = await Promise.all(numbers.map((pageNo) => read(pageNo)));
    for (const [i, page] of found.entries()) pages.set(next - i, page);
  }
  const inOrder = Array.from({ length: last }, (_, i) => pages.get(i + 1)).filter(
    (page) => page !== undefined,
  );
  while (inOrder.length > 0 && isBlank(inOrder.at(-1))) inOrder.pop();
  return { ...passOf(inOrder, true, [...pages.values()]), end };
}

/**
 * Whether a page lies behind the end of the list: portals answer with an empty page or repeat the last or the first
 * one (assumption). `lost`: it repeats the first page where that may be all that the portal ever shows. `unsure`: it
 * shows nothing new, which may also come of orders that moved.
 */
function endAt(page: OrderPage, before: readonly OrderPage[]): 'end' | 'lost' | 'unsure' | undefined {
  if (isBlank(page)) return 'end';
  const [first] = before;
  const last = before.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (isSame(page, last) || isSame(page, first)) return before.length === 1 && isFull(first) ? 'lost' : 'end';
  const seen = new Set(before.flatMap(({ orders }) => orders.map(({ orderNo }) => orderNo)));
  const isBehindHint = before.length >= (first.totalPage ?? 1);
  return isBehindHint && page.orders.every(({ orderNo }) => seen.has(orderNo)) ? 'unsure' : undefined;
}

/**
 * Whether a full first page that comes back as the second is all that there is, or all that the portal ever shows:
 * with one order less on a page, the last one is alone on the second.
 */
async function isOnlyPage(read: ReadPage, first: OrderPage): Promise<boolean> {
  const last = first.orders.at(-1);
  if (first.count < 2 || last === undefined) return false;
  const { orders } = await read(2, first.count - 1);
  return orders.length === 1 && orders[0]?.orderNo === last.orderNo;
}

const isBlank = (page: OrderPage | undefined): boolean => page === undefined || page.count === 0;

const numbersOf = (page: OrderPage): string =>
  page.orders
    .map(({ orderNo }) => orderNo)
    .sort()
    .join();
const isSame = (a: OrderPage, b: OrderPage): boolean => numbersOf(a) === numbersOf(b);

/** Fewer than the least page that a portal is likely to have tells that there is no other page. */
const SMALL_PAGE = 10;
const isFull = ({ count, pageSize }: OrderPage): boolean => count >= (pageSize ?? SMALL_PAGE);

const passOf = (pages: readonly OrderPage[], ended: boolean, told: readonly OrderPage[]): Pass => {
  const totals = told.flatMap(({ total }) => total ?? []);
  return {
    pages: pages.map(({ orders }) => orders),
    firstPage: pages[0],
    ended,
    end: ended ? 'empty' : 'unsure',
    leastTotal: totals.length === 0 ? undefined : Math.min(...totals),
  };
};
