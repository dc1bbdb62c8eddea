import type { Clock } from '../common/clock.js';

/** One request's place in the window. */
export interface Start {
  /** Its first byte leaves now. */
  readonly started: () => void;
  /** It is over; where it never started it has used nothing. */
  readonly ended: () => void;
}

export interface StartWindow {
  /** Resolves when one more request may leave. */
  readonly enter: () => Promise<Start>;
}

/** Where the receiver's second begins is not ours to know, nor how long a byte is under way: a little more. */
const WINDOW_MS = 1_040;
/** Between looks while requests that wait for a connection hold the places, ms. */
const POLL_MS = 10;

/**
 * The last gate before the wire: never more starts in any one second than `--rate` allows, however late the
 * steps before it have let a request go. A request that waits for its connection counts from the moment it
 * is let in until it is a second old on the wire.
 */
export function createStartWindow(perSecond: number, clock: Pick<Clock, 'monotonic' | 'sleep'>): StartWindow {
  const places = new Set<{ at: number | undefined }>();
  let line: Promise<unknown> = Promise.resolve();

  const waitForPlace = async (): Promise<void> => {
    for (;;) {
      const now = clock.monotonic();
      let next = Number.POSITIVE_INFINITY;
      for (const place of places) {
        if (place.at === undefined) continue;
        if (place.at + WINDOW_MS <= now) places.delete(place);
        else next = Math.min(next, place.at + WINDOW_MS - now);
      }
      if (places.size < perSecond) return;
      await clock.sleep(next === Number.POSITIVE_INFINITY ? POLL_MS : next);
    }
  };

  const enter = async (): Promise<Start> => {
    await waitForPlace();
    const place: { at: number | undefined } = { at: undefined };
    places.add(place);
    return {
      started: () => {
        place.at = clock.monotonic();
      },
      ended: () => {
        if (place.at === undefined) places.delete(place);
      },
    };
  };

  return {
    enter: () => {
      const entered = line.then(enter);
      line = entered;
      return entered;
    },
  };
}
