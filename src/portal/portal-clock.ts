/** Allows for several machines behind the portal's name whose clocks are not quite the same. */
const SLACK_MS = 2_000;

export interface PortalClock {
  /** Takes a `Date` header and the local time at which it arrived. */
  readonly observe: (date: string, receivedAt: number) => void;
  /** The earliest that the portal's clock can have shown at a local time, epoch milliseconds. */
  readonly earliest: (localTime: number) => number;
  /** The last `Date` that was seen, epoch ms: it is as old as the answer that carried it. */
  readonly lastShown: () => number | undefined;
}

/**
 * The portal's clock, from its `Date` headers. A header is written before it arrives, and several machines may
 * write it, one of which may be ahead: the smallest `Date - arrival` that was seen is the bound.
 */
export function createPortalClock(): PortalClock {
  let behind: number | undefined;
  let last: number | undefined;
  return {
    observe: (date, receivedAt) => {
      const shown = Date.parse(date);
      if (Number.isNaN(shown)) return;
      last = shown;
      behind = Math.min(behind ?? Number.POSITIVE_INFINITY, shown - receivedAt);
    },
    earliest: (localTime) => localTime + (behind ?? 0) - SLACK_MS,
    lastShown: () => last,
  };
}
