import type { OrderNo, Reference, SerialKey, SerialNumber } from '../common/ids.js';
import type { ReferenceEcho } from '../ledger/schema.js';
import type { OrderDetails } from '../portal/order-details.js';
import type { ListedOrder } from '../portal/order-list.js';
import { fateOf } from '../portal/outcome.js';
import { referenceKey } from './reference.js';

/** A row whose answer was lost, as far as recognising its order needs it. */
export interface Lost {
  readonly snKey: SerialKey;
  readonly serialNumber: SerialNumber;
  /** What travelled in `poNumber`; null: nothing. */
  readonly reference: Reference | null;
  /** The user's own number may stand on several orders, so it proves nothing alone. */
  readonly referenceIsOurs: boolean;
  /** The earliest that its order can have been created, by the clock of the orders, epoch ms. */
  readonly since: number;
  /** Clocks differ and drift: what was created between this and `since` may be its order all the same. */
  readonly notBefore: number;
  /** The whole list was looked through before the send, so that an order without a time can be told new. */
  readonly listKnown: boolean;
  /** The list's `productNo` proved to be the serial number; else it may be masked, or the product's number. */
  readonly listShowsSerials: boolean;
}

/** What the list alone says of a lost row. */
export type ListVerdict =
  | { readonly kind: 'found'; readonly order: ListedOrder; readonly twins: number }
  /** Orders that may be the row's: their details decide. */
  | { readonly kind: 'ask'; readonly candidates: readonly ListedOrder[] };

/**
 * Looks for a lost row's order among those listed and not yet credited. Our own reference settles it, whatever
 * the order's time and serial number as the list shows them; where the portal does not show it, the serial number and the time do, and the serial number
 * is in the details.
 */
export function lookInList(lost: Lost, listed: readonly ListedOrder[], echo: ReferenceEcho): ListVerdict {
  if (lost.reference !== null && lost.referenceIsOurs) {
    const own = listed.filter((order) => bears(order, lost));
    const order = best(own);
    if (order !== undefined) return { kind: 'found', order, twins: own.length - 1 };
  }
  const candidates = listed.filter(
    (order) =>
      (order.createTime === undefined || order.createTime >= lost.notBefore) &&
      !isForAnother(order, lost) &&
      !(echo === 'list' && isReferredElsewhere(order, lost)),
  );
  return { kind: 'ask', candidates };
}

/**
 * Whether an order, with its details, shows itself to be the lost row's. `unclear`: it is for its serial number
 * and may be ours, or somebody's by hand. Our own reference proves it; any other speaks against it only where the
 * portal is known to show ours.
 */
export function isOrderOf(
  lost: Lost,
  order: ListedOrder,
  details: OrderDetails,
  echo: ReferenceEcho,
): 'yes' | 'no' | 'unclear' {
  const references = [...details.references, ...order.references];
  const named = references.some((reference) => isSame(reference, lost.reference));
  if (named && lost.referenceIsOurs) return 'yes';
  if (!details.productNos.some((productNo) => productNo.trim().toUpperCase() === lost.snKey)) return 'no';
  const createTime = order.createTime ?? details.createTime;
  const inTime = createTime === undefined ? lost.listKnown : createTime >= lost.since;
  const bySerialNumber = inTime ? 'yes' : 'unclear';
  if (lost.reference === null || named || echo === 'none') return bySerialNumber;
  if (echo === 'unknown') return references.length === 0 ? bySerialNumber : 'unclear';
  return references.length === 0 ? 'unclear' : 'no';
}

const isSame = (shown: string, ours: string | null): boolean =>
  ours !== null && referenceKey(shown) === referenceKey(ours);

const bears = (order: ListedOrder, lost: Lost): boolean =>
  order.references.some((reference) => isSame(reference, lost.reference));

const isReferredElsewhere = (order: ListedOrder, lost: Lost): boolean =>
  lost.reference !== null && order.references.length > 0 && !bears(order, lost);

const isForAnother = (order: ListedOrder, lost: Lost): boolean =>
  lost.listShowsSerials && order.productNo !== undefined && order.productNo.toUpperCase() !== lost.snKey;

/**
 * Whether `productNo` in the list is the serial number, from orders whose rows we know. What it holds is not
 * documented: it may be absent, masked, or the number of the product.
 */
export function showsSerials(
  listed: readonly ListedOrder[],
  rows: ReadonlyMap<OrderNo, { readonly snKey: SerialKey }>,
): boolean {
  const shown = listed.flatMap(({ orderNo, productNo }) => {
    const row = rows.get(orderNo);
    return row === undefined || productNo === undefined ? [] : [productNo.toUpperCase() === row.snKey];
  });
  return shown.length > 0 && shown.every(Boolean);
}

/** A living order before a dead one, then the oldest. */
export function best(orders: readonly ListedOrder[]): ListedOrder | undefined {
  const rank = (order: ListedOrder): number => (fateOf(order.orderStatus) === 'dead' ? 1 : 0);
  return [...orders].sort((a, b) => rank(a) - rank(b) || (a.createTime ?? 0) - (b.createTime ?? 0))[0];
}
