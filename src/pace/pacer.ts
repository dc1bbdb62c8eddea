import { backoff } from '../common/backoff.js';
import type { Clock } from '../common/clock.js';
import {
  afterPause,
  onAccepted,
  onPushback,
  type Pace,
  rateOf,
  rebase,
  startRamp,
  TRAIN,
} from './controller.js';
import { createRateWindow, type Place, WINDOW_MS } from './rate-window.js';
import { createStarts, type Start } from './starts.js';

export interface Pacer {
  /**
   * When the next request may leave, monotonic ms: now or earlier if it may now.
   * @param carefully at a rate that has passed, though a higher one is being tried
   */
  readonly nextStartAt: (now: number, carefully?: boolean) => number;
  /** A request leaves now. */
  readonly depart: (now: number) => Started;
  /** The portal took it. */
  readonly accepted: (started: Started, now: number) => void;
  /** The portal said "slower" to it. */
  readonly pushedBack: (started: Started, now: number, retryAfterMs: number | undefined) => void;
  /** It did not leave after all, or does not count against the portal's limit. */
  readonly uncounted: (started: Started) => void;
  readonly pauseUntil: (time: number) => void;
  /** The portal was out of order since then: what it refused meanwhile says nothing of a limit. */
  readonly wasOutage: (since: number, now: number) => void;
  readonly pausedUntil: () => number;
  /** Requests a second; undefined while no limit was met. */
  readonly limitedTo: () => number | undefined;
}

export interface Started {
  readonly start: Start;
  readonly place: Place | undefined;
}

export interface PacerOptions {
  readonly clock: Pick<Clock, 'random'>;
  /** Requests started in any one second, at most: the user's --rate. */
  readonly cap: number | undefined;
  /** The next start may have moved. */
  readonly onChange: () => void;
  readonly onPause: () => void;
}

/** At a smaller distance timers are too coarse for one start at a time: starts come in bursts. */
const FINEST_MS = 2;
const BURST_MS = 10;

/** When the next request may leave: by the portal's limit as far as it is felt, by its pauses, and by --rate. */
export function createPacer({ clock, cap, onChange, onPause }: PacerOptions): Pacer {
  const starts = createStarts();
  const window = cap === undefined ? undefined : createRateWindow(cap);
  let pace: Pace | undefined;
  /** As it was when the portal last took something. */
  let paceBefore: Pace | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let pushbacksInARow = 0;
  /** At a fast pace: when the next start is due. */
  let due = Number.NEGATIVE_INFINITY;

  /** The least distance to the start before, ms. */
  const distanceAt = (now: number, carefully = false): number => {
    pace ??= startRamp(now);
    if (pace.phase === 'full' && now >= pace.since) pace = afterPause(pace, starts.countLast());
    // A few at the rate that is tried, then slower until they are answered: more would only be refused.
    const wasTried = pace.phase === 'search' && starts.countSince(pace.since) >= TRAIN;
    const rate = pace.phase === 'search' && (wasTried || carefully) ? pace.low : rateOf(pace);
    return Math.max(rate === null ? 0 : 1000 / rate, cap === undefined ? 0 : WINDOW_MS / cap);
  };

  const pauseUntil = (time: number): void => {
    if (time <= pausedUntil) return;
    pausedUntil = time;
    onChange();
    onPause();
  };

  return {
    pausedUntil: () => pausedUntil,
    pauseUntil,
    nextStartAt: (now, carefully) => {
      const distance = distanceAt(now, carefully);
      // What was refused is no start: the next may take its place.
      const spaced = distance >= FINEST_MS ? starts.lastAt() + distance : due;
      const at = Math.max(pausedUntil, distance > 0 ? spaced : now);
      return at > now ? at : (window?.freeAt(now) ?? now);
    },
    depart: (now) => {
      due = Math.max(due, now - BURST_MS) + distanceAt(now);
      return { start: starts.add(now), place: window?.enter() };
    },
    accepted: ({ start }, now) => {
      pushbacksInARow = 0;
      const next = pace === undefined ? undefined : onAccepted(pace, start.at, now);
      paceBefore = next;
      if (next === pace) return;
      pace = next;
      onChange();
    },
    pushedBack: ({ start }, now, retryAfterMs) => {
      starts.remove(start);
      if (retryAfterMs !== undefined) pauseUntil(now + retryAfterMs);
      const before = pace ?? startRamp(now);
      const count = starts.countBefore(start);
      const refused = { startedAt: start.at, count, roomAt: starts.roomAt(count, WINDOW_MS) };
      const next = onPushback(before, refused, now, retryAfterMs);
      onChange();
      if (next === before && count > 0) return;
      // A search means to be refused. A portal that pushes back beside it is left alone for ever longer.
      pushbacksInARow = before.phase === 'search' && count > 0 ? 0 : pushbacksInARow + 1;
      if (retryAfterMs === undefined && pushbacksInARow > 1) {
        pauseUntil(now + backoff(pushbacksInARow - 1, clock.random()));
      }
      pace = next;
      if (next.phase === 'free') return;
      if (next.since < pausedUntil) pace = { ...next, since: pausedUntil };
      else pauseUntil(next.since);
    },
    uncounted: ({ start, place }) => {
      starts.remove(start);
      place?.ended();
    },
    wasOutage: (since, now) => {
      if (paceBefore !== undefined) pace = rebase(paceBefore, now - since);
    },
    limitedTo: () => {
      const rate = pace === undefined || pace.phase === 'ramp' ? null : rateOf(pace);
      return rate === null ? undefined : Math.min(rate, cap ?? rate);
    },
  };
}
