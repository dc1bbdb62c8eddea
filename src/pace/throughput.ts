/** How many orders are taken a second, as far as it was seen lately. */
export interface Throughput {
  readonly taken: (now: number) => void;
  /** 0 if none was taken lately. */
  readonly perSecond: (now: number) => number;
}

/** Counted over so long at least, ms. */
const SPAN_MS = 250;
/** What was seen so long ago says nothing any more, ms. */
const STALE_MS = 1_000;

/** Times are monotonic ms. */
export function createThroughput(): Throughput {
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  let perSecond = 0;
  return {
    taken: (now) => {
      const spanMs = now - since;
      if (spanMs > STALE_MS) {
        since = now;
        count = 0;
        perSecond = 0;
        return;
      }
      count++;
      if (spanMs < SPAN_MS) return;
      perSecond = (count * 1_000) / spanMs;
      since = now;
      count = 0;
    },
    perSecond: (now) => (now - since > STALE_MS ? 0 : perSecond),
  };
}
