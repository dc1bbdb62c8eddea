import type { OwnOrder, SeenOrder } from '../ledger/mirror.js';
import type { Place } from '../ledger/schema.js';

/**
 * What the portal shows in the place of a serial number. `unknown`: no order of ours was seen there, so it
 * proves nothing. `other`: not the serial number, or not for each order.
 */
export type SerialShown = 'whole' | 'masked' | 'other' | 'unknown';

/**
 * What the portal is like, learnt from orders that are surely ours: an answer named them, or they bear our reference, which
 * nobody else makes. Nothing of it is assumed.
 */
export interface PortalTraits {
  readonly serials: Readonly<Record<Place, SerialShown>>;
  /** True if each order that an answer named was seen with its reference, whole or a part of it. */
  readonly references: Readonly<Record<Place, boolean>>;
}

/** The newest orders of ours that tell what the portal is like. */
export const LEARN_FROM = 50;

/** @param own orders that are surely ours and that a look has shown */
export function learnTraits(own: readonly OwnOrder[]): PortalTraits {
  return {
    serials: { list: serialShown(own, 'list'), details: serialShown(own, 'details') },
    references: { list: showsReferences(own, 'list'), details: showsReferences(own, 'details') },
  };
}

/** Orders of which a place is known: the list of each, the details of those that were read. */
const knownIn = (own: readonly OwnOrder[], place: Place): readonly OwnOrder[] =>
  place === 'list' ? own : own.filter(({ seen }) => seen.details === 'read');

function serialShown(own: readonly OwnOrder[], place: Place): SerialShown {
  const known = knownIn(own, place);
  if (known.length === 0) return 'unknown';
  const all = (shows: (shown: string, snKey: string) => boolean): boolean =>
    known.every(({ seen, snKey }) => seen.serials[place].some((shown) => shows(shown, snKey)));
  if (all((shown, snKey) => shown === snKey)) return 'whole';
  return all((shown, snKey) => fitsMask(shown, snKey)) ? 'masked' : 'other';
}

/** Orders that are known by their reference say nothing of those that may be shown without. */
function showsReferences(own: readonly OwnOrder[], place: Place): boolean {
  const known = knownIn(own, place).filter(
    ({ namedBy, reference }) => namedBy === 'answer' && reference !== undefined,
  );
  return (
    known.length > 0 &&
    known.every(({ seen, reference }) =>
      seen.references[place].some((shown) => compareReferences(shown, reference) !== 'other'),
    )
  );
}

/** Letters and digits are all that a serial number has; a mask stands for some of them. */
const MASK = /[^A-Z0-9]+/;
const LEAST_SERIAL = 6;

/** Whether a text may be a serial number as it is: letters and digits, and not as short as a product's number. */
export const looksWhole = (shown: string): boolean => shown.length >= LEAST_SERIAL && !MASK.test(shown);

/** Whether a text may be a serial number of which some characters are hidden. */
export const looksMasked = (shown: string): boolean =>
  shown.length >= LEAST_SERIAL && MASK.test(shown) && /[A-Z0-9]/.test(shown);

/** Whether a masked serial number, such as `3694****338`, may stand for this one. */
export const fitsMask = (shown: string, snKey: string): boolean => {
  if (!looksMasked(shown)) return false;
  const [head = '', ...rest] = shown.split(MASK);
  const tail = rest.at(-1) ?? '';
  // How many characters a mask stands for is not known.
  return head.length + tail.length <= snKey.length && snKey.startsWith(head) && snKey.endsWith(tail);
};

/** The characters that a masked serial number shows at its beginning. */
export const headOfMask = (shown: string): string => shown.split(MASK)[0] ?? '';

/** Fewer characters than this may stand inside any reference. */
const LEAST_PART = 6;

/** Compares a reference as the portal shows it with one that was sent: it may be cut, or its signs be left out. */
export function compareReferences(shown: string, sent: string | undefined): 'same' | 'part' | 'other' {
  if (sent === undefined) return 'other';
  if (shown === sent) return 'same';
  const [plainShown, plainSent] = [plainReference(shown), plainReference(sent)];
  if (plainShown === plainSent && plainSent !== '') return 'same';
  if (plainShown === '') return 'other';
  // What begins alike may have been cut, however short; what stands inside it may be chance.
  const isPart =
    plainSent.startsWith(plainShown) || (plainShown.length >= LEAST_PART && plainSent.includes(plainShown));
  return isPart ? 'part' : 'other';
}

/** A reference without its signs, which a portal may leave out. */
export const plainReference = (reference: string): string => reference.replace(/[^\p{L}\p{N}]/gu, '');

/** Whether it is known which place shows the serial number of an order, or that the details do not show it. */
export const knowsSerials = ({ serials }: PortalTraits): boolean =>
  serials.list === 'whole' || serials.details !== 'unknown';

/** Whether the list alone proves for which PBX an order is. */
export const listTellsSerial = ({ serials }: SeenOrder, traits: PortalTraits): boolean =>
  traits.serials.list === 'whole' && serials.list.length > 0;

/** All references of an order, wherever they stand. */
export const referencesOf = ({ references }: SeenOrder): readonly string[] => [
  ...references.list,
  ...references.details,
];
