const WINDOW_MS = 1000;

/** Counts what happened in the last second, sliding: fixed seconds would let a double burst through. */
export interface SlidingSecond {
  readonly add: () => void;
  readonly count: () => number;
  /** Milliseconds until the oldest event leaves the window. */
  readonly untilFree: () => number;
}

/** @param now monotonic milliseconds */
export function slidingSecond(now: () => number): SlidingSecond {
  let times: number[] = [];
  let first = 0;
  const forget = (): void => {
    const since = now() - WINDOW_MS;
    while (first < times.length && (times[first] ?? 0) <= since) first++;
    // Cut rarely: shifting an array for each event would cost more than the request.
    if (first > 4096 && first * 2 > times.length) {
      times = times.slice(first);
      first = 0;
    }
  };
  return {
    add: () => {
      times.push(now());
    },
    count: () => {
      forget();
      return times.length - first;
    },
    untilFree: () => {
      forget();
      return Math.max(0, (times[first] ?? 0) + WINDOW_MS - now());
    },
  };
}
