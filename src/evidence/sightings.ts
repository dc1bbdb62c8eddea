import pLimit from 'p-limit';
import type { OrderNo } from '../common/ids.js';
import { serialKey } from '../common/ids.js';
import type { ListedOrder } from '../portal/order-list.js';
import type { RunContext } from '../runner/context.js';
import { isOfOurShape, referenceKey } from './reference.js';

/** An order that the portal shows, with all that is known of whose it is. */
export interface Sighting {
  readonly order: ListedOrder;
  /** Purchase-order numbers, from the list or the details. */
  readonly references: readonly string[];
  /** Upper-case serial numbers; `undefined` where nothing has told them yet. */
  readonly snKeys: readonly string[] | undefined;
}

export interface Sightings {
  readonly all: readonly Sighting[];
  /** Orders whose details the portal keeps to itself, or were too many to ask for. */
  readonly unread: number;
  /** Orders whose details came back damaged, again and again. */
  readonly damaged: number;
  /** Whether references of this program's shape were seen at all, and where. */
  readonly shown: 'list' | 'details' | 'none';
}

type Parts = Pick<RunContext, 'batch' | 'settings' | 'ledger' | 'portal'>;

/** A list this long is some hours of orders at full speed: its newest part is what a lost ledger was about. */
const MOST_DETAILS = 5_000;

/**
 * Orders that no row is credited with, with their references. Whether the list shows references is not
 * documented: where it shows none of ours, the details of each order that may be the batch's are read.
 */
export async function sightingsOf(parts: Parts, orders: readonly ListedOrder[]): Promise<Sightings> {
  const { ledger } = parts;
  const fromList = orders.map(
    (order): Sighting => ({
      order,
      references: order.references,
      snKeys: order.productNo === undefined ? undefined : [serialKey(order.productNo)],
    }),
  );
  const listShows =
    fromList.some(({ references }) => references.some(isOfOurShape)) || (await ledger.read.echoesInList());
  if (listShows) return { all: fromList, unread: 0, damaged: 0, shown: 'list' };
  const asked = await withDetails(parts, fromList);
  const shown = asked.all.some(({ references }) => references.some(isOfOurShape)) ? 'details' : 'none';
  return { ...asked, shown };
}

async function withDetails(parts: Parts, sightings: readonly Sighting[]): Promise<Omit<Sightings, 'shown'>> {
  const { settings, portal } = parts;
  const newestFirst = [...sightings].sort((a, b) => (b.order.createTime ?? 0) - (a.order.createTime ?? 0));
  const limit = pLimit(settings.concurrency);
  let unread = 0;
  let damaged = 0;
  let asked = 0;
  const all = await limit.map(newestFirst, async (sighting): Promise<Sighting> => {
    if (!(await mayBeOurs(parts, sighting))) return sighting;
    if (++asked > MOST_DETAILS) {
      unread++;
      return sighting;
    }
    const details = await portal.orderDetails(sighting.order.orderNo);
    if (details === undefined) unread++;
    if (details === 'unreadable') damaged++;
    if (details === undefined || details === 'unreadable') return sighting;
    return {
      order: { ...sighting.order, ...statusOf(details.orderStatus) },
      references: [...sighting.references, ...details.references],
      snKeys: details.productNos.length > 0 ? details.productNos.map(serialKey) : sighting.snKeys,
    };
  });
  return { all, unread, damaged };
}

const statusOf = (orderStatus: string | undefined) => (orderStatus === undefined ? {} : { orderStatus });

/** Where the list tells the serial number, orders for others need not be asked about. */
async function mayBeOurs({ ledger, batch }: Parts, { snKeys }: Sighting): Promise<boolean> {
  if (snKeys === undefined) return true;
  for (const snKey of snKeys) {
    if ((await ledger.read.row(batch, serialKey(snKey))) !== undefined) return true;
  }
  return false;
}

/** By reference as it is compared, each order once under each of its references. */
export function byReference(sightings: readonly Sighting[]): Map<string, Sighting[]> {
  const found = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    for (const reference of new Set(sighting.references.map(referenceKey))) {
      append(found, reference, sighting);
    }
  }
  return found;
}

export function append<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

/** The serial numbers of the orders of a portal that tells no references, for a person to look at. */
export const orderNosBySn = (sightings: readonly Sighting[]): Map<string, OrderNo> =>
  new Map(sightings.flatMap(({ order, snKeys }) => (snKeys ?? []).map((snKey) => [snKey, order.orderNo])));
