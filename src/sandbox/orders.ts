import { PRODUCT_ID } from './catalog.js';
import type { Order } from './order-body.js';
import { seededRandom } from './random.js';
import type { BillingCycle } from './tutorials.js';

/** An order that was really placed. */
export interface PlacedOrder {
  readonly orderNo: string;
  readonly id: string;
  readonly instanceId: string;
  readonly transactionNo: string;
  readonly operationType: string;
  readonly productId: string;
  readonly productNo: string;
  readonly planId: string;
  readonly billingId: string;
  readonly billingCycle: BillingCycle;
  readonly multiCycle: number;
  readonly poNumber: string | undefined;
  readonly orderStatus: string;
  /** By the portal's clock, epoch milliseconds. */
  readonly createTime: number;
  /** By the true time. */
  readonly placedAt: number;
  /** Not through the API: by a colleague at the portal's web page, or before this sandbox was started. */
  readonly foreign: boolean;
}

/** What is kept of an order: its numbers follow from its index. */
export interface StoredOrder extends Order {
  readonly createTime: number;
  /** By our clock; absent: as `createTime`. */
  readonly placedAt?: number;
  /** By our clock; absent for an order that succeeded at once. */
  readonly pendingUntil?: number;
  readonly foreign?: boolean;
}

/** An order that does not come through the API. */
export interface ForeignOrder extends Order {
  /** How long ago it was placed. */
  readonly ageMs?: number;
}

export interface OrdersOptions {
  readonly seed: number;
  /** The true time. */
  readonly now: () => number;
  /** By which `createTime` is written. */
  readonly portalNow: () => number;
  readonly pendingShare: number;
  readonly pendingMs: number;
  /** Called before an order or a status exists for anyone else. */
  readonly onPlaced: (order: StoredOrder) => void;
  readonly onStatus: (orderNo: string, status: string) => void;
  /** Called for each order, also for one of an earlier life. */
  readonly onKept: (index: number, placedAt: number) => void;
}

export interface Orders {
  readonly place: (order: Order) => PlacedOrder;
  readonly placeForeign: (order: ForeignOrder) => PlacedOrder;
  /** Puts an order of an earlier life back. */
  readonly restore: (order: StoredOrder) => void;
  readonly setStatus: (orderNo: string, status: string) => void;
  readonly restoreStatus: (orderNo: string, status: string) => void;
  /** Of all orders, foreign ones too. */
  readonly count: () => number;
  /** Resolves once so many orders were placed through the API. */
  readonly placed: (count: number) => Promise<void>;
  readonly at: (index: number) => PlacedOrder | undefined;
  /** When an order was placed, by the true time. */
  readonly placedAt: (index: number) => number;
  /** The index of the order with this id or order number, or -1. */
  readonly find: (key: string) => number;
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

/** What most orders have, a switch of product 9 for years, is not kept with each of a million. */
const unusual = ({
  productId = PRODUCT_ID,
  billingCycle = 'annually',
  operationType = 'switch_plan',
}: Order) => ({
  ...(productId === PRODUCT_ID ? {} : { productId }),
  ...(billingCycle === 'annually' ? {} : { billingCycle }),
  ...(operationType === 'switch_plan' ? {} : { operationType }),
});

/** The truth: every order that was placed, by index; nothing here looks through all of them. */
export function createOrders(options: OrdersOptions): Orders {
  const { now, portalNow } = options;
  const chance = seededRandom(options.seed ^ 0x5eed01);
  const stored: StoredOrder[] = [];
  const statuses = new Map<number, string>();
  let own = 0;
  let watching: { count: number; reached: () => void }[] = [];

  const status = (index: number, order: StoredOrder): string =>
    statuses.get(index) ??
    (order.pendingUntil !== undefined && now() < order.pendingUntil ? 'pending' : 'succeed');

  const placedAt = (index: number): number => stored[index]?.placedAt ?? stored[index]?.createTime ?? 0;

  const at = (index: number): PlacedOrder | undefined => {
    const order = stored[index];
    if (order === undefined) return undefined;
    return {
      orderNo: orderNoAt(index),
      id: `${ID_HEAD}${padded(index)}`,
      instanceId: `${INSTANCE_HEAD}${padded(index)}`,
      transactionNo: `TR${padded(index)}`,
      operationType: order.operationType ?? 'switch_plan',
      productId: order.productId ?? PRODUCT_ID,
      productNo: order.productNo,
      planId: order.planId,
      billingId: order.billingId,
      billingCycle: order.billingCycle ?? 'annually',
      multiCycle: order.multiCycle,
      poNumber: order.poNumber,
      orderStatus: status(index, order),
      createTime: order.createTime,
      placedAt: placedAt(index),
      foreign: order.foreign ?? false,
    };
  };

  const ids = new Map<string, string>();
  const shared = (id: string): string => {
    const known = ids.get(id) ?? detached(id);
    ids.set(known, known);
    return known;
  };

  const keep = (order: StoredOrder): number => {
    const index = stored.push({ ...order, planId: shared(order.planId), billingId: shared(order.billingId) });
    if (!order.foreign) own++;
    for (const { count, reached } of watching) if (own >= count) reached();
    watching = watching.filter(({ count }) => own < count);
    options.onKept(index - 1, placedAt(index - 1));
    return index - 1;
  };

  const place = (order: Order, more: Partial<StoredOrder> = {}, ageMs = 0): PlacedOrder => {
    const placed: StoredOrder = {
      productNo: detached(order.productNo),
      planId: order.planId,
      billingId: order.billingId,
      multiCycle: order.multiCycle,
      poNumber: order.poNumber === undefined ? undefined : detached(order.poNumber),
      createTime: portalNow() - ageMs,
      placedAt: now() - ageMs,
      ...unusual(order),
      ...more,
    };
    options.onPlaced(placed);
    return at(keep(placed)) as PlacedOrder;
  };

  return {
    restore: keep,
    place: (order) => {
      const pending = options.pendingShare > 0 && chance() < options.pendingShare;
      return place(order, pending ? { pendingUntil: now() + options.pendingMs } : {});
    },
    placeForeign: ({ ageMs, ...order }) => place(order, { foreign: true }, ageMs),
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
    placed: (count) =>
      new Promise((reached) => {
        if (own >= count) reached();
        else watching.push({ count, reached });
      }),
    at,
    placedAt,
    find: (key) => {
      const index = indexOf(key);
      return index < stored.length ? index : -1;
    },
  };
}
