import { cycleOfRow } from '../common/billing-cycle.js';
import type { Finding } from '../common/finding.js';
import { type Reference, referenceKey } from '../common/ids.js';
import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import { fateOf } from '../portal/outcome.js';
import type { EvidenceContext } from './context.js';
import { best } from './recognise.js';
import { compareReferences, fitsMask, looksMasked, looksWhole, referencesOf } from './traits.js';

/** What follows from the portal's orders for a row that waits to be sent. */
export type Decision =
  | { readonly do: 'send' }
  /** The order is taken for the row's, dead or alive. */
  | {
      readonly do: 'credit';
      readonly order: SeenOrder;
      /** The reference by which the order was recognised; absent: by its serial number alone. */
      readonly reference?: Reference;
    }
  | { readonly do: 'refuse'; readonly finding: Finding };

export interface GuardTerms {
  readonly productId: number;
  readonly recentOrders: 'refuse' | 'adopt' | 'repeat';
  /** Older orders of the product keep no row from being sent. By the clock of the orders, epoch ms. */
  readonly since: number;
  /** What the row's order would carry in `poNumber`; null: nothing. */
  readonly reference: Reference | null;
}

/** How many characters of a reference's hash two rows do not share by chance. */
const ENOUGH_OF_HASH = 8;

/**
 * Nobody pays twice for a PBX by accident. Pure.
 * @param orders orders that no row of this ledger is credited with and that may be for the row's serial number, or
 *   that carry its reference
 */
export function decideRecent(row: OrderRow, orders: readonly SeenOrder[], terms: GuardTerms): Decision {
  const own = orders.filter((order) => bearsReference(order, row, terms.reference));
  const ownOrder = best(own);
  if (ownOrder !== undefined && terms.reference !== null)
    return { do: 'credit', order: ownOrder, reference: terms.reference };
  if (terms.recentOrders === 'repeat') return { do: 'send' };
  const living = orders.filter(
    (order) =>
      isLiving(order) && !isForAnotherProduct(order, terms.productId) && !isOlder(order, terms.since),
  );
  const certain = best(living.filter((order) => isForSerial(order, row)));
  if (certain !== undefined && terms.recentOrders === 'adopt') return { do: 'credit', order: certain };
  const order = certain ?? best(living.filter((order) => mayBeForSerial(order, row)));
  if (order === undefined) return { do: 'send' };
  return { do: 'refuse', finding: findingOf(row, order, certain !== undefined) };
}

export const isLiving = (order: SeenOrder): boolean => fateOf(order.status) !== 'dead';

/** An order whose details name another product than the job's is none of the guard's concern. */
export const isForAnotherProduct = ({ productId }: SeenOrder, ours: number): boolean =>
  productId !== undefined && productId !== String(ours);

/** An order without a time counts as new. */
const isOlder = ({ createTime }: SeenOrder, since: number): boolean =>
  createTime !== undefined && createTime < since;

export const isForSerial = ({ serials }: SeenOrder, { sn_key }: Pick<OrderRow, 'sn_key'>): boolean =>
  serials.list.includes(sn_key) || serials.details.includes(sn_key);

/** An order that shows a masked serial number alone may be for each serial number that fits. */
const mayBeForSerial = (order: SeenOrder, { sn_key }: OrderRow): boolean =>
  masksOf(order).some((mask) => fitsMask(mask, sn_key));

/** The masked serial numbers of an order that shows none whole. */
export const masksOf = ({ serials }: SeenOrder): readonly string[] => {
  const shown = [...serials.details, ...serials.list];
  return shown.some(looksWhole) ? [] : shown.filter(looksMasked);
};

/** Whether an order shows nothing that could be a serial number, though its details could be read. */
export const tellsNoSerial = ({ details, serials }: SeenOrder): boolean =>
  details === 'read' && ![...serials.details, ...serials.list].some((s) => looksWhole(s) || looksMasked(s));

/** A number of the user's own may stand on several orders, so it counts on one for the same serial number alone. */
function bearsReference(order: SeenOrder, row: OrderRow, reference: string | null): boolean {
  if (reference === null) return false;
  const sent = referenceKey(reference);
  const shown = referencesOf(order);
  if (row.own_po_number !== null) {
    return isForSerial(order, row) && shown.some((other) => compareReferences(other, sent) !== 'other');
  }
  if (shown.some((other) => compareReferences(other, sent) === 'same')) return true;
  const parts = shown.filter((other) => compareReferences(other, sent) === 'part');
  return parts.some((part) => isForSerial(order, row) || tellsEnough(part, sent));
}

const tellsEnough = (part: string, sent: string): boolean =>
  part.length >= sent.lastIndexOf('-') + 1 + ENOUGH_OF_HASH;

/**
 * From when on an order of the product keeps the row from being sent. Orders do not tell whether they purchased, switched or
 * renewed a plan, so each counts as the kind that stands longest: asking once too often costs nothing.
 */
export function standsSince(
  { job, portal, clock }: Pick<EvidenceContext, 'job' | 'portal' | 'clock'>,
  row: OrderRow,
): number {
  return portal.clock.earliest(clock.now()) - job.standsFor(undefined, cycleOfRow(row));
}

function findingOf(row: OrderRow, order: SeenOrder, certain: boolean): Finding {
  const { orderNo, createTime, status } = order;
  const created = createTime === undefined ? '' : `, created ${new Date(createTime).toISOString()}`;
  const shows = certain
    ? `the portal has an order for ${row.serial_number} that this ledger did not place`
    : `the portal has an order that may be for ${row.serial_number} (it shows ${masksOf(order)[0]}) and that this ledger did not place`;
  const adopt = certain ? 'to take it for this row use --recent-orders adopt, ' : '';
  return {
    line: row.line,
    code: 'recently_ordered',
    message:
      `${shows}: ${orderNo}${created}, ${status ?? 'status not known'}. Look at this order in the Partner Portal: ${adopt}` +
      'to order anyway use --recent-orders repeat',
  };
}
