import { distanceOf, settled } from '../pacing.js';
import { WINDOW_MS } from '../rate-window.js';
import { lastAt, type Mark, marked, recentOf } from './marks.js';
import { AHEAD_MS, ascending, capOf, type SharedPace } from './shared-pace.js';

/** One request may leave then, by the store's time. */
export interface Slot {
  readonly at: number;
  /** It has left by then, or must not leave any more. */
  readonly latest: number;
}

export interface Booking {
  readonly now: number;
  readonly count: number;
  /** At a rate that has passed, though a higher one is being tried, if no order was taken yet. */
  readonly carefully: boolean;
  /** So long the answer to this booking takes, ms: an earlier slot would have passed. */
  readonly leadMs: number;
  /** So much later than its slot a request may leave, ms. */
  readonly slackMs: number;
  /** By how much this worker may misjudge the store's time, ms. */
  readonly errorMs: number;
}

/**
 * Books slots, as many as there is room for within the time that may be booked ahead. Pure; the same object if there
 * is none.
 *
 * With a cap no second at the wire holds more requests than it: each request of a slot leaves by `latest`, or not at
 * all, and not before its slot less the worker's error. Of one too many in a second, take the one that was booked
 * last: when it was booked, as many as the cap allows had a `latest` within the second before it, and so it was not.
 */
export function book(
  shared: SharedPace,
  booking: Booking,
): { readonly shared: SharedPace; readonly slots: readonly Slot[] } {
  const next = settled(shared, recentOf(shared.marks), booking.now);
  const marks: Mark[] = [...shared.marks];
  const window = [...shared.window];
  const isCapped = capOf(shared, booking.now) !== undefined;
  const slots: Slot[] = [];
  for (let i = 0; i < booking.count; i++) {
    const at = nextAt({ ...next, marks, window }, booking);
    if (at > booking.now + AHEAD_MS) break;
    const latest = at + booking.slackMs + booking.errorMs;
    slots.push({ at, latest });
    marks.push([at, 1, 0]);
    if (isCapped) window.push(latest);
    if (isCapped) window.sort(ascending);
  }
  if (slots.length === 0) return { shared, slots };
  const moments = slots.map(({ at }) => at);
  return { shared: { ...next, marks: marked(shared.marks, moments), window }, slots };
}

/** When the next slot is, by what is known of the store: it can be booked from `AHEAD_MS` before it on. Pure. */
export function opensAt(shared: SharedPace, booking: Booking): number {
  return nextAt(settled(shared, recentOf(shared.marks), booking.now), booking);
}

/** The distance between two starts now, ms. Pure. */
export function distanceAt(shared: SharedPace, { now, carefully }: Booking): number {
  const { pace, marks, orderTaken } = shared;
  return pace === null ? 0 : distanceOf(pace, recentOf(marks), capOf(shared, now), carefully && !orderTaken);
}

function nextAt(shared: SharedPace, booking: Booking): number {
  const { now, carefully, leadMs, errorMs } = booking;
  const { pace, pausedUntil, marks, window, orderTaken } = shared;
  if (pace === null) return now + leadMs;
  // What was taken before a pause tells the pace after it: nothing is booked before all of it is answered.
  if (pace.phase === 'full') return Math.max(pace.since, now) + AHEAD_MS + 1;
  const cap = capOf(shared, now);
  const oldest = cap === undefined ? undefined : window.at(-cap);
  const at = Math.max(
    now + leadMs,
    pausedUntil ?? now,
    lastAt(marks) + distanceOf(pace, recentOf(marks), cap, carefully && !orderTaken),
    oldest === undefined ? now : oldest + WINDOW_MS + errorMs,
  );
  return Math.ceil(at * 10) / 10;
}
