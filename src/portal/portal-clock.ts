import type { Clock } from '../clock.js';

/** Allows for several machines behind the portal's name whose clocks are not quite the same. */
const SLACK_MS = 2_000;

export interface PortalClock {
  /** Takes a `Date` header and the local time at which it arrived. */
  readonly observe: (date: string, receivedAt: number) => void;
  /** The earliest that the portal's clock can have shown at a local time, epoch milliseconds. */
  readonly earliest: (localTime: number) => number;
  /** The portal's time now, to a second or so. */
  readonly now: () => number;
}

/**
 * The portal's clock, from its `Date` headers. A header is written before it arrives and cut to whole
 * seconds, so the portal is never further behind ours than `Date - arrival`: the largest seen is the bound.
 */
export function createPortalClock(clock: Clock): PortalClock {
  let behind: number | undefined;
  return {
    observe: (date, receivedAt) => {
      const shown = Date.parse(date);
      if (Number.isNaN(shown)) return;
      behind = Math.max(behind ?? Number.NEGATIVE_INFINITY, shown - receivedAt);
    },
    earliest: (localTime) => localTime + (behind ?? 0) - SLACK_MS,
    now: () => clock.now() + (behind ?? 0),
  };
}
