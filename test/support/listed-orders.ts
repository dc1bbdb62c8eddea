import type { OrderNo } from '../../src/common/ids.js';
import type { ListedOrder } from '../../src/common/portal-order.js';
import type { OrderPage } from '../../src/portal/order-list.js';

/** Numbers from 0 up to 1 that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface ListOptions {
  readonly pageSize: number;
  readonly random?: () => number;
  /** Called before each page is served, in the order in which they are served. */
  readonly beforePage?: (list: ListedOrder[]) => void;
  /** What the list says of itself, where it does not tell the truth. */
  readonly lie?: (truth: OrderPage) => { [K in keyof OrderPage]?: OrderPage[K] | undefined };
}

/** A portal's list of orders. Pages asked for at the same time are served in a random order. */
export function portalList(list: ListedOrder[], options: ListOptions) {
  const { pageSize, random = () => 0 } = options;
  const waiting: { pageNo: number; resolve: (page: OrderPage) => void }[] = [];
  const served: number[] = [];

  const serve = (): void => {
    const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
    if (next === undefined) return;
    options.beforePage?.(list);
    served.push(next.pageNo);
    const from = (next.pageNo - 1) * pageSize;
    const orders = list.slice(from, from + pageSize);
    const truth = {
      orders,
      count: orders.length,
      total: list.length,
      totalPage: Math.ceil(list.length / pageSize),
    };
    const told = { ...truth, ...options.lie?.(truth) };
    next.resolve(Object.fromEntries(Object.entries(told).filter(([, v]) => v !== undefined)) as typeof truth);
  };

  return {
    list,
    /** The pages served so far, in order. */
    served,
    page: (pageNo: number): Promise<OrderPage> =>
      new Promise((resolve) => {
        waiting.push({ pageNo, resolve });
        setImmediate(serve);
      }),
  };
}

export const orderNamed = (name: string, more: Partial<ListedOrder> = {}): ListedOrder => ({
  orderNo: name as OrderNo,
  createTime: 1_000,
  references: [],
  ...more,
});

/** So many orders, O1 and on. */
export const ordersUpTo = (count: number): ListedOrder[] =>
  Array.from({ length: count }, (_, i) => orderNamed(`O${i + 1}`));
