/** Above this rate timers are too coarse for one start at a time: starts come in bursts of a few ms. */
const FAST = 250;
const BURST_MS = 10;
/** More would crowd the portal's second after each stall. */
const MADE_UP_MS = 5;

/** Spreads starts evenly, so that no burst follows a quiet moment. Pure but for the time of the last start. */
export interface Spacer {
  /** Books the next start. @returns when it may happen, on the caller's clock in milliseconds */
  readonly book: (now: number, perSecond: number) => number;
  /** A start that was booked has happened. */
  readonly started: (now: number) => void;
  /** Forgets what was booked ahead, but not what has happened. */
  readonly reset: () => void;
}

/**
 * @param widen how much wider than even the distance is: 1.02 keeps any one second, also as the receiver
 *   counts it after some jitter, below the rate
 */
export function createSpacer(widen = 1): Spacer {
  let due = Number.NEGATIVE_INFINITY;
  let lastStart = Number.NEGATIVE_INFINITY;
  let distance = 0;
  let fastRate = false;
  return {
    book: (now, perSecond) => {
      if (perSecond === Number.POSITIVE_INFINITY) return now;
      const fast = perSecond >= FAST;
      fastRate = fast;
      distance = (1000 * (fast ? widen * 1.02 : widen)) / perSecond;
      const start = Math.max(now - (fast ? BURST_MS : 0), due);
      due = start + distance;
      return Math.max(now, start);
    },
    started: (now) => {
      lastStart = now;
      // After a late start the next may make up for a little of it: timers are late by that all the time.
      due = Math.max(due, now + (fastRate ? 0 : distance - Math.min(distance / 2, MADE_UP_MS)));
    },
    reset: () => {
      due = Math.min(due, lastStart + distance);
    },
  };
}
