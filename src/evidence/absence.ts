import type { OrderNo } from '../common/ids.js';
import type { EndedLook, SeenOrder } from '../ledger/mirror.js';
import { best, type LostRow, recognise } from './recognise.js';
import { knowsSerials, type PortalTraits } from './traits.js';

/** What is known of the portal when a look is over. */
export interface Evidence {
  readonly look: EndedLook;
  readonly traits: PortalTraits;
  /** Orders that no row is credited with and that were not there before the send. */
  readonly orders: readonly SeenOrder[];
  /** An order of ours that this look must show if it shows everything, and does not. */
  readonly missing: OrderNo | undefined;
  /** Whether it shows any order from before the send: a list that shows none of them has slid on. */
  readonly earlier: 'shown' | 'gone' | 'unknown';
}

export type Verdict =
  | { readonly kind: 'found'; readonly order: SeenOrder; readonly twins: number }
  | { readonly kind: 'absent' }
  /** Not found, and not proven absent: for the reason, in words that follow "because". */
  | {
      readonly kind: 'unclear';
      readonly why: string;
      readonly code: UnclearCode;
      /** Another look is not likely to tell more: all that can be read of the orders in question was read. */
      readonly settled: boolean;
    };

export type UnclearCode = 'too_early' | 'list_not_whole' | 'list_late' | 'list_slid' | 'order_unclear';

/**
 * What a look says of a row whose answer was lost. Pure. Absent is only what a look proves: it began late enough, it
 * was whole, it shows what is known to be there, and no order in it may be the row's.
 * @param dueAt from when on a look may prove it absent, in the ledger's own time
 */
export function weigh(lost: LostRow, dueAt: number, evidence: Evidence): Verdict {
  const { look, traits, orders, missing, earlier } = evidence;
  const recognised = orders.map((order) => ({ order, is: recognise(order, lost, traits) }));
  const own = recognised.filter(({ is }) => is === 'yes').map(({ order }) => order);
  const order = best(own);
  if (order !== undefined) return { kind: 'found', order, twins: own.length - 1 };
  if (look.beganAt < dueAt) return unclear('too_early', 'it may still appear');
  // The portal said that it placed the order, so it may be hidden behind the other one of that number.
  if (lost.namedAnothers) {
    const why = "the portal's answer named an order of another row";
    return { ...unclear('order_unclear', why), settled: true };
  }
  if (!look.whole) return unclear('list_not_whole', "the portal's list of orders could not be read whole");
  if (missing !== undefined)
    return unclear('list_late', `the portal's list does not show order ${missing}, which is ours`);
  if (earlier === 'gone')
    return unclear('list_slid', "the portal's list no longer shows any order from before the send");
  const open = recognised.filter(({ is }) => is === 'unclear').map(({ order }) => order);
  if (open.length > 0) {
    const why = `order ${sayOrders(open.map(({ orderNo }) => orderNo))} may be the row's`;
    // As long as nothing was learnt of the portal, the first order of ours that is answered can tell more.
    const settled = knowsSerials(traits) && open.every(({ details }) => details === 'read');
    return { ...unclear('order_unclear', why), settled };
  }
  return { kind: 'absent' };
}

const unclear = (code: UnclearCode, why: string) => ({ kind: 'unclear', code, why, settled: false }) as const;

const sayOrders = (orderNos: readonly OrderNo[]): string =>
  orderNos.length <= 3
    ? orderNos.join(' or ')
    : `${orderNos.slice(0, 3).join(', ')} or one of ${orderNos.length - 3} more`;
