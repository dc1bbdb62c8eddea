import type { Order } from './order-body.js';
import { seededRandom } from './random.js';

/** An order that was really placed. */
export interface PlacedOrder {
  readonly orderNo: string;
  readonly id: string;
  readonly instanceId: string;
  readonly transactionNo: string;
  readonly productNo: string;
  readonly planId: string;
  readonly billingId: string;
  readonly multiCycle: number;
  readonly poNumber: string | undefined;
  readonly orderStatus: string;
  /** By the portal's clock, epoch milliseconds. */
  readonly createTime: number;
}

/** What is kept of an order: its numbers follow from its index. */
export interface StoredOrder extends Order {
  readonly createTime: number;
  /** By our clock; absent for an order that succeeded at once. */
  readonly pendingUntil?: number;
}

export interface OrdersOptions {
  readonly seed: number;
  readonly clockOffsetMs: number;
  readonly listLagMs: number;
  readonly listOrder: 'newest-first' | 'oldest-first' | 'shuffled';
  readonly pendingShare: number;
  readonly pendingMs: number;
  /** Called before an order or a status exists for anyone else. */
  readonly onPlaced: (order: StoredOrder) => void;
  readonly onStatus: (orderNo: string, status: string) => void;
}

export interface Orders {
  readonly place: (order: Order) => PlacedOrder;
  /** Puts an order of an earlier life back. */
  readonly restore: (order: StoredOrder) => void;
  readonly setStatus: (orderNo: string, status: string) => void;
  readonly restoreStatus: (orderNo: string, status: string) => void;
  readonly count: () => number;
  readonly at: (index: number) => PlacedOrder | undefined;
  /** How many orders the list shows by now. */
  readonly listed: () => number;
  /** An order by its place in the list. */
  readonly listedAt: (position: number) => PlacedOrder | undefined;
  /** An order that the list shows, by id or order number. */
  readonly find: (key: string) => PlacedOrder | undefined;
}

const NUMBER_DIGITS = 12;
/** 64-bit ids are these digits and the order's number: far above 2^53. */
const ID_HEAD = '3048918';
const INSTANCE_HEAD = '3148918';

const padded = (index: number): string => String(index + 1).padStart(NUMBER_DIGITS, '0');

/** The order number that the order at an index has, or would have. */
export const orderNoAt = (index: number): string => `SO${padded(index)}`;

function indexOf(key: string): number {
  const number = /^(?:SO|3048918)(\d{12})$/.exec(key)?.[1];
  return number === undefined ? -1 : Number(number) - 1;
}

/** A parsed string can keep the whole body it was cut from in memory; a copy keeps itself only. */
const detached = (text: string): string => Buffer.from(text).toString();

/** The truth: every order that was placed, by index; nothing here looks through all of them. */
export function createOrders(options: OrdersOptions): Orders {
  const { listOrder, listLagMs, clockOffsetMs } = options;
  const chance = seededRandom(options.seed ^ 0x5eed01);
  const shuffle = seededRandom(options.seed ^ 0x5eed02);
  const stored: StoredOrder[] = [];
  const statuses = new Map<number, string>();
  const shuffled: number[] = [];
  let visible = 0;

  const status = (index: number, order: StoredOrder): string =>
    statuses.get(index) ??
    (order.pendingUntil !== undefined && Date.now() < order.pendingUntil ? 'pending' : 'succeed');

  const at = (index: number): PlacedOrder | undefined => {
    const order = stored[index];
    if (order === undefined) return undefined;
    return {
      orderNo: orderNoAt(index),
      id: `${ID_HEAD}${padded(index)}`,
      instanceId: `${INSTANCE_HEAD}${padded(index)}`,
      transactionNo: `TR${padded(index)}`,
      productNo: order.productNo,
      planId: order.planId,
      billingId: order.billingId,
      multiCycle: order.multiCycle,
      poNumber: order.poNumber,
      orderStatus: status(index, order),
      createTime: order.createTime,
    };
  };

  const listed = (): number => {
    const newest = Date.now() + clockOffsetMs - listLagMs;
    for (let order = stored[visible]; order !== undefined; order = stored[++visible]) {
      if (listLagMs > 0 && order.createTime > newest) break;
      if (listOrder !== 'shuffled') continue;
      // The order that makes room moves to the end, so a reader who pages forward still meets it.
      const place = Math.floor(shuffle() * (visible + 1));
      shuffled[visible] = shuffled[place] ?? visible;
      shuffled[place] = visible;
    }
    return visible;
  };

  const ids = new Map<string, string>();
  const shared = (id: string): string => {
    const known = ids.get(id) ?? detached(id);
    ids.set(known, known);
    return known;
  };

  const keep = (order: StoredOrder): void => {
    stored.push({ ...order, planId: shared(order.planId), billingId: shared(order.billingId) });
  };

  return {
    restore: keep,
    place: (order) => {
      const now = Date.now();
      const pending = options.pendingShare > 0 && chance() < options.pendingShare;
      const placed: StoredOrder = {
        productNo: detached(order.productNo),
        planId: order.planId,
        billingId: order.billingId,
        multiCycle: order.multiCycle,
        poNumber: order.poNumber === undefined ? undefined : detached(order.poNumber),
        createTime: now + clockOffsetMs,
        ...(pending ? { pendingUntil: now + options.pendingMs } : {}),
      };
      options.onPlaced(placed);
      keep(placed);
      return at(stored.length - 1) as PlacedOrder;
    },
    setStatus: (orderNo, next) => {
      const index = indexOf(orderNo);
      if (stored[index] === undefined) throw new RangeError(`there is no order ${orderNo}`);
      options.onStatus(orderNo, next);
      statuses.set(index, next);
    },
    restoreStatus: (orderNo, next) => {
      statuses.set(indexOf(orderNo), next);
    },
    count: () => stored.length,
    at,
    listed,
    listedAt: (position) => {
      const total = listed();
      if (position < 0 || position >= total) return undefined;
      if (listOrder === 'oldest-first') return at(position);
      return at(listOrder === 'newest-first' ? total - 1 - position : (shuffled[position] ?? -1));
    },
    find: (key) => {
      const index = indexOf(key);
      return index < listed() ? at(index) : undefined;
    },
  };
}
