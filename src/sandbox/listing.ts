import type { PortalShape } from './portal-shape.js';
import { hashOf, seededRandom } from './random.js';

/** Which orders the portal lists, and where, each known by its index in the order of placing. */
export interface Listing {
  /** An order that is listed from then on (true time). */
  readonly add: (index: number, visibleAt: number) => void;
  /** Takes an order out for good. */
  readonly remove: (index: number) => void;
  /** How many orders are listed by now. */
  readonly length: () => number;
  /** The orders of one page, as one request sees them. */
  readonly page: (start: number, size: number) => number[];
}

export interface ListingOptions extends Pick<PortalShape, 'listOrder' | 'window'> {
  readonly seed: number;
  /** The true time. */
  readonly now: () => number;
  /** When an order was placed, by the true time. */
  readonly placedAt: (index: number) => number;
}

export function createListing({ listOrder, window, seed, now, placedAt }: ListingOptions): Listing {
  const random = seededRandom(seed ^ 0x5eed02);
  let waiting: { index: number; visibleAt: number }[] = [];
  /** What is listed, in the order of placing. */
  const listed: number[] = [];
  /** The same in an order of its own, if the list has one. */
  const scattered: number[] = [];
  const scatters = listOrder === 'hash' || listOrder === 'shuffled' || listOrder === 'unstable';
  const rank = (index: number): number => hashOf(seed, index);

  const scatter = (index: number): void => {
    if (listOrder === 'hash') {
      insert(scattered, index, rank);
      return;
    }
    // The order that makes room moves to the end, so a reader who pages forward still meets it.
    const place = Math.floor(random() * (scattered.length + 1));
    scattered.push(scattered[place] ?? index);
    scattered[place] = index;
  };

  const isBeyond = (index: number): boolean => {
    if (window === undefined) return false;
    return 'newest' in window ? listed.length > window.newest : placedAt(index) < now() - window.lastMs;
  };

  const refresh = (): void => {
    const time = now();
    const due = waiting.filter(({ visibleAt }) => visibleAt <= time);
    if (due.length > 0) waiting = waiting.filter(({ visibleAt }) => visibleAt > time);
    for (const { index } of due) {
      insert(listed, index, (value) => value);
      if (scatters) scatter(index);
    }
    while (listed[0] !== undefined && isBeyond(listed[0])) drop(listed[0]);
  };

  const drop = (index: number): void => {
    for (const list of scatters ? [listed, scattered] : [listed]) {
      const place = list.indexOf(index);
      if (place >= 0) list.splice(place, 1);
    }
  };

  return {
    add: (index, visibleAt) => {
      waiting.push({ index, visibleAt });
    },
    remove: (index) => {
      waiting = waiting.filter((entry) => entry.index !== index);
      drop(index);
    },
    length: () => {
      refresh();
      return listed.length;
    },
    page: (start, size) => {
      refresh();
      const end = Math.min(start + size, listed.length);
      if (listOrder === 'unstable') shuffle(scattered, random);
      if (scatters) return scattered.slice(start, end);
      if (listOrder === 'oldest-first') return listed.slice(start, end);
      return listed.slice(Math.max(0, listed.length - end), Math.max(0, listed.length - start)).reverse();
    },
  };
}

/** Keeps a list sorted; what is added mostly belongs at its end. */
function insert(sorted: number[], index: number, key: (index: number) => number): void {
  const own = key(index);
  let low = 0;
  let high = sorted.length;
  if (high > 0 && key(sorted[high - 1] as number) <= own) low = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(sorted[middle] as number) <= own) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, index);
}

function shuffle(list: number[], random: () => number): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = list[last] as number;
    list[last] = list[other] as number;
    list[other] = moved;
  }
}
