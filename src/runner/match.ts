import type { Reference, SerialKey, SerialNumber } from '../ids.js';
import type { ReferenceEcho } from '../ledger/schema.js';
import type { OrderDetails } from '../portal/order-details.js';
import type { ListedOrder } from '../portal/order-list.js';
import { fateOf } from '../portal/outcome.js';

/** A row whose answer was lost, as far as recognising its order needs it. */
export interface Lost {
  readonly snKey: SerialKey;
  readonly serialNumber: SerialNumber;
  /** What travelled in `poNumber`; null: nothing. */
  readonly reference: Reference | null;
  /** The user's own number may stand on several orders, so it proves nothing alone. */
  readonly referenceIsOurs: boolean;
  /** The earliest that its order can have been created, by the portal's clock, epoch ms. */
  readonly since: number;
}

/** What the list alone says of a lost row. */
export type ListVerdict =
  | { readonly kind: 'found'; readonly order: ListedOrder; readonly twins: number }
  /** Orders that may be the row's: their details decide. */
  | { readonly kind: 'ask'; readonly candidates: readonly ListedOrder[] };

/**
 * Looks for a lost row's order among those listed and not yet credited. Our own reference settles it; where
 * the portal does not show it, the serial number and the time do, and the serial number is in the details.
 */
export function lookInList(lost: Lost, listed: readonly ListedOrder[], echo: ReferenceEcho): ListVerdict {
  if (lost.reference !== null && lost.referenceIsOurs) {
    const own = listed.filter((order) => order.reference === lost.reference && !isForAnother(order, lost));
    const order = best(own);
    if (order !== undefined) return { kind: 'found', order, twins: own.length - 1 };
  }
  const candidates = listed.filter(
    (order) =>
      (order.createTime === undefined || order.createTime >= lost.since) &&
      !isForAnother(order, lost) &&
      !(echo === 'list' && isReferredElsewhere(order, lost)),
  );
  return { kind: 'ask', candidates };
}

/**
 * Whether an order's details show it to be the lost row's. `unclear`: an order for its serial number, of its
 * time and without any reference, at a portal that shows them. It may be ours or somebody's by hand.
 */
export function isOrderOf(lost: Lost, details: OrderDetails, echo: ReferenceEcho): 'yes' | 'no' | 'unclear' {
  const { references, productNos } = details;
  const shows = echo === 'list' || echo === 'details';
  if (lost.reference !== null && lost.referenceIsOurs && references.includes(lost.reference)) return 'yes';
  if (!productNos.some((productNo) => productNo.trim().toUpperCase() === lost.snKey)) return 'no';
  if (lost.reference === null || !shows || references.includes(lost.reference)) return 'yes';
  return references.length === 0 ? 'unclear' : 'no';
}

const isReferredElsewhere = (order: ListedOrder, lost: Lost): boolean =>
  lost.reference !== null && order.reference !== undefined && order.reference !== lost.reference;

const isForAnother = (order: ListedOrder, lost: Lost): boolean =>
  order.productNo !== undefined && order.productNo.toUpperCase() !== lost.snKey;

/** A living order before a dead one, then the oldest. */
export function best(orders: readonly ListedOrder[]): ListedOrder | undefined {
  const rank = (order: ListedOrder): number => (fateOf(order.orderStatus) === 'dead' ? 1 : 0);
  return [...orders].sort((a, b) => rank(a) - rank(b) || (a.createTime ?? 0) - (b.createTime ?? 0))[0];
}
