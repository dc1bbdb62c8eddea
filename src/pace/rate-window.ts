/** One request's place in the window. */
export interface Place {
  /** Its first byte leaves now. */
  readonly left: (now: number) => void;
  /** It is over; if it never left it has used nothing. */
  readonly ended: () => void;
}

export interface RateWindow {
  /** When there may be room for one more, monotonic ms: now or earlier if there is. */
  readonly freeAt: (now: number) => number;
  readonly enter: () => Place;
}

/** Where the receiver's second begins is not ours to know, nor how long a byte is under way: a little more. */
export const WINDOW_MS = 1_040;
/** Between looks while requests that wait for a connection hold the places, ms: nobody knows when that ends. */
const POLL_MS = 5;

/**
 * Never more than so many requests in any one second on the wire. One that waits for its connection counts from the
 * moment when it is let in until it is a second old on the wire. Times are monotonic ms.
 */
export function createRateWindow(perSecond: number): RateWindow {
  const places = new Set<{ at: number | undefined }>();
  return {
    freeAt: (now) => {
      let next = Number.POSITIVE_INFINITY;
      for (const place of places) {
        if (place.at === undefined) continue;
        if (place.at + WINDOW_MS <= now) places.delete(place);
        else next = Math.min(next, place.at + WINDOW_MS);
      }
      if (places.size < perSecond) return now;
      return next === Number.POSITIVE_INFINITY ? now + POLL_MS : next;
    },
    enter: () => {
      const place: { at: number | undefined } = { at: undefined };
      places.add(place);
      return {
        left: (now) => {
          place.at = now;
        },
        ended: () => {
          if (place.at === undefined) places.delete(place);
        },
      };
    },
  };
}
