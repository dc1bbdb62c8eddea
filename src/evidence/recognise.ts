import type { SerialKey } from '../common/ids.js';
import type { SeenOrder } from '../ledger/mirror.js';
import { fateOf } from '../portal/outcome.js';
import { compareReferences, fitsMask, type PortalTraits, referencesOf } from './traits.js';

/** The fields of a row whose answer was lost that are needed to recognise its order. */
export interface LostRow {
  readonly snKey: SerialKey;
  /** What travelled in `poNumber`, as references are compared; `undefined`: nothing. */
  readonly reference: string | undefined;
  /** The user's own number may stand on several orders, so it proves nothing alone. */
  readonly referenceIsOurs: boolean;
  /** Its answer said that it was placed, but under the number of another row's order. */
  readonly namedAnothers: boolean;
  /** The user said that a recent order for the serial number is the row's, whoever placed it. */
  readonly adopts: boolean;
  /** The last look that had ended before the send; 0: none, so that only the time can tell what is new. */
  readonly lookBefore: number;
  /** The earliest that its order can have been created, by the portal's clock, epoch ms. */
  readonly earliest: number;
}

export type Recognition = 'yes' | 'no' | 'unclear';

/**
 * Whether an order that no row is credited with is the lost row's. Pure.
 *
 * `yes` needs its own reference, or its serial number on an order that is new since the send. `no` needs proof: the
 * order was there before the send, or it shows another serial number (or another reference) in a place where orders
 * of ours were seen with theirs. An order for the row's serial number is never ruled out by its reference: the row
 * is then for a person, who may have said already that such an order is the row's.
 */
export function recognise(order: SeenOrder, lost: LostRow, traits: PortalTraits): Recognition {
  if (order.firstLook > 0 && order.firstLook <= lost.lookBefore) return 'no';
  const references = referencesOf(order);
  const named = references.map((shown) => compareReferences(shown, lost.reference));
  if (lost.referenceIsOurs && named.includes('same')) return 'yes';
  const serial = serialOf(order, lost.snKey, traits);
  if (serial === 'other') return 'no';
  if (serial === 'unclear') return showsAnotherReference(order, lost, traits) ? 'no' : 'unclear';
  const isNew = lost.lookBefore > 0 || (order.createTime !== undefined && order.createTime >= lost.earliest);
  if (!isNew) return 'unclear';
  if (lost.adopts || lost.reference === undefined || named.some((is) => is !== 'other')) return 'yes';
  // With a reference that is not the row's it may be a colleague's; without one, too, if ours are known to be shown.
  const oursAreShown = lost.referenceIsOurs && (traits.references.list || traits.references.details);
  const isOthers = references.length > 0 || oursAreShown;
  return isOthers ? 'unclear' : 'yes';
}

/** Whether an order is for a serial number, as far as the portal is known to tell. */
function serialOf(
  { serials }: SeenOrder,
  snKey: SerialKey,
  traits: PortalTraits,
): 'same' | 'other' | 'unclear' {
  if (serials.list.includes(snKey) || serials.details.includes(snKey)) return 'same';
  for (const place of ['details', 'list'] as const) {
    const shown = serials[place];
    if (shown.length === 0) continue;
    if (traits.serials[place] === 'whole') return 'other';
    if (traits.serials[place] === 'masked' && !shown.some((mask) => fitsMask(mask, snKey))) return 'other';
  }
  return 'unclear';
}

/** Proof by reference holds for references of our own making alone: a longer one of the user's may not be shown. */
function showsAnotherReference(order: SeenOrder, lost: LostRow, traits: PortalTraits): boolean {
  if (lost.reference === undefined || !lost.referenceIsOurs) return false;
  return (['list', 'details'] as const).some((place) => {
    const shown = order.references[place];
    return (
      traits.references[place] &&
      shown.length > 0 &&
      shown.every((reference) => compareReferences(reference, lost.reference) === 'other')
    );
  });
}

/** A living order before a dead one, then the oldest. */
export function best(orders: readonly SeenOrder[]): SeenOrder | undefined {
  const rank = (order: SeenOrder): number => (fateOf(order.status) === 'dead' ? 1 : 0);
  return [...orders].sort((a, b) => rank(a) - rank(b) || (a.createTime ?? 0) - (b.createTime ?? 0))[0];
}
