import { backoff } from '../common/backoff.js';
import {
  afterPause,
  onPushback as afterPushback,
  onAccepted as afterTaken,
  type Refused,
  TRAIN,
} from './controller.js';
import { type Pace, rateOf, rebase, startRamp } from './pace.js';
import { WINDOW_MS } from './rate-window.js';

/**
 * What the pace of one process, or of all workers together, stands on. Times are the owner's, in ms; survives JSON. The
 * functions below keep whatever else their owner has in the same value.
 */
export interface Pacing {
  /** null: nothing has left yet. */
  readonly pace: Pace | null;
  /** As it was when the portal last took something; null: it has taken nothing yet. */
  readonly before: Pace | null;
  /** null: there was no pause. */
  readonly pausedUntil: number | null;
  readonly pushbacksInARow: number;
}

/** What has left lately, as far as the pace needs it. */
export interface Recent {
  readonly countSince: (time: number) => number;
  readonly countLast: () => number;
}

export const noPacing: Pacing = { pace: null, before: null, pausedUntil: null, pushbacksInARow: 0 };

/** The pace has a beginning, and is known once a pause is over that tells the limit. Pure. */
export function settled<P extends Pacing>(pacing: P, recent: Recent, now: number): P {
  const pace = pacing.pace ?? startRamp(now);
  if (pace.phase === 'full' && now >= pace.since)
    return { ...pacing, pace: afterPause(pace, recent.countLast()) };
  return pace === pacing.pace ? pacing : { ...pacing, pace };
}

/**
 * The least distance between two starts, ms. Pure.
 * @param cap requests started in one second, at most
 * @param carefully at a rate that has passed, though a higher one is being tried
 */
export function distanceOf(
  pace: Pace,
  recent: Recent,
  cap: number | undefined,
  carefully: boolean | undefined,
): number {
  // A few at the rate that is tried, then slower until they are answered: more would only be refused.
  const wasTried = pace.phase === 'search' && recent.countSince(pace.since) >= TRAIN;
  const rate = pace.phase === 'search' && (wasTried || carefully === true) ? pace.low : rateOf(pace);
  return Math.max(rate === null ? 0 : 1000 / rate, cap === undefined ? 0 : WINDOW_MS / cap);
}

/** Nothing leaves until then. Pure. */
export const paused = <P extends Pacing>(pacing: P, until: number): P =>
  until <= (pacing.pausedUntil ?? Number.NEGATIVE_INFINITY) ? pacing : { ...pacing, pausedUntil: until };

/** The portal took a request that left then. Pure; the same object if that changes nothing. */
export function accepted<P extends Pacing>(pacing: P, startedAt: number, now: number): P {
  const pace = pacing.pace === null ? null : afterTaken(pacing.pace, startedAt, now);
  if (pace === pacing.pace && pacing.before === pace && pacing.pushbacksInARow === 0) return pacing;
  return { ...pacing, pace, before: pace, pushbacksInARow: 0 };
}

/**
 * The portal said "slower". Pure.
 * @param refused the request, and what was taken before it
 * @param random from 0 up to 1, for a pause that the portal did not name
 */
export function pushedBack<P extends Pacing>(
  pacing: P,
  refused: Refused,
  now: number,
  retryAfterMs: number | undefined,
  random: () => number,
): P {
  const asked = retryAfterMs === undefined ? pacing : paused(pacing, now + retryAfterMs);
  const before = pacing.pace ?? startRamp(now);
  const pace = afterPushback(before, refused, now, retryAfterMs);
  if (pace === before && refused.count > 0) return asked;
  // A search means to be refused. A portal that pushes back beside it is left alone for ever longer.
  const meant = before.phase === 'search' && refused.count > 0;
  const pushbacksInARow = meant ? 0 : pacing.pushbacksInARow + 1;
  const waiting =
    retryAfterMs === undefined && pushbacksInARow > 1
      ? paused(asked, now + backoff(pushbacksInARow - 1, random()))
      : asked;
  const next = { ...waiting, pace, pushbacksInARow };
  if (pace.phase === 'free') return next;
  const { pausedUntil } = next;
  return pausedUntil !== null && pace.since < pausedUntil
    ? { ...next, pace: { ...pace, since: pausedUntil } }
    : paused(next, pace.since);
}

/** The portal was out of order since then: what it refused meanwhile says nothing of a limit. Pure. */
export const wasOutage = <P extends Pacing>(pacing: P, since: number, now: number): P =>
  pacing.before === null ? pacing : { ...pacing, pace: rebase(pacing.before, now - since) };

/** Requests a second; undefined while no limit was met. Pure. */
export function limitOf({ pace }: Pacing, cap: number | undefined): number | undefined {
  const rate = pace === null || pace.phase === 'ramp' ? null : rateOf(pace);
  return rate === null ? undefined : Math.min(rate, cap ?? rate);
}
