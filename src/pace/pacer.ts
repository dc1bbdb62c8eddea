import type { Clock } from '../common/clock.js';
import {
  accepted,
  distanceOf,
  limitOf,
  noPacing,
  type Pacing,
  paused,
  pushedBack,
  settled,
  wasOutage,
} from './pacing.js';
import { createRateWindow, WINDOW_MS } from './rate-window.js';
import { createStarts } from './starts.js';

/** When the next request may leave: by the portal's limit as far as it is felt, by its pauses, and by --rate. */
export interface Pacer {
  /**
   * When the next request may leave, monotonic ms: now or earlier if it may now.
   * @param waiting how many wait for their turn, this one too
   * @param carefully at a rate that has passed, though a higher one is being tried
   */
  readonly nextStartAt: (now: number, waiting: number, carefully?: boolean) => number;
  /** Nothing holds requests back: no --rate, no limit met or looked for, no pause. */
  readonly isFree: (now: number) => boolean;
  /** A request is let through now. */
  readonly depart: (now: number) => Started;
  readonly pauseUntil: (time: number) => void;
  /** The portal was out of order since then: what it refused meanwhile says nothing of a limit. */
  readonly wasOutage: (since: number, now: number) => void;
  /** Monotonic ms. */
  readonly pausedUntil: () => number;
  /** Requests a second; undefined while no limit was met. */
  readonly limitedTo: () => number | undefined;
}

/** A request that was let through. Times are monotonic ms. */
export interface Started {
  /** When it left, or was let through if it has not left yet. */
  readonly at: () => number;
  /** Its first byte leaves now. False: its moment has passed, and it must not. */
  readonly leaves: (now: number) => boolean;
  /** It is over. If it never left it has used nothing of --rate. */
  readonly ended: () => void;
  /** The portal took it. */
  readonly accepted: (now: number) => void;
  /** The portal said "slower" to it. */
  readonly pushedBack: (now: number, retryAfterMs: number | undefined) => void;
  /** It did not leave after all, or does not count against the portal's limit. */
  readonly uncounted: () => void;
}

/** What a pacer tells its gate. */
export interface PacerHooks {
  /** The next start may have moved. */
  readonly onChange: () => void;
  readonly onPause: () => void;
}

export interface PacerOptions extends PacerHooks {
  readonly clock: Pick<Clock, 'random'>;
  /** Requests started in any one second, at most: the user's --rate. */
  readonly cap: number | undefined;
}

/** At a smaller distance timers are too coarse for one start at a time: starts come in bursts. */
export const FINEST_MS = 2;
export const BURST_MS = 10;

/** The pace of one process. */
export function createPacer({ clock, cap, onChange, onPause }: PacerOptions): Pacer {
  const starts = createStarts();
  const window = cap === undefined ? undefined : createRateWindow(cap);
  let pacing: Pacing = noPacing;
  /** At a fast pace: when the next start is due. */
  let due = Number.NEGATIVE_INFINITY;

  const distanceAt = (now: number, carefully?: boolean): number => {
    pacing = settled(pacing, starts, now);
    return pacing.pace === null ? 0 : distanceOf(pacing.pace, starts, cap, carefully);
  };

  const become = (next: Pacing): void => {
    const { pace, pausedUntil } = pacing;
    pacing = next;
    if (next.pausedUntil !== pausedUntil) onPause();
    if (next.pausedUntil !== pausedUntil || next.pace !== pace) onChange();
  };

  const pausedUntil = (): number => pacing.pausedUntil ?? Number.NEGATIVE_INFINITY;

  return {
    pausedUntil,
    pauseUntil: (time) => become(paused(pacing, time)),
    nextStartAt: (now, _waiting, carefully) => {
      const distance = distanceAt(now, carefully);
      // What was refused is no start: the next may take its place.
      const spaced = distance >= FINEST_MS ? starts.lastAt() + distance : due;
      const at = Math.max(pausedUntil(), distance > 0 ? spaced : now);
      return at > now ? at : (window?.freeAt(now) ?? now);
    },
    isFree: (now) => cap === undefined && pacing.pace?.phase === 'free' && now >= pausedUntil(),
    depart: (now) => {
      due = Math.max(due, now - BURST_MS) + distanceAt(now);
      const start = starts.add(now);
      const place = window?.enter();
      return {
        at: () => start.at,
        leaves: (at) => {
          start.at = at;
          place?.left(at);
          return true;
        },
        ended: () => place?.ended(),
        accepted: (answeredAt) => become(accepted(pacing, start.at, answeredAt)),
        pushedBack: (answeredAt, retryAfterMs) => {
          starts.remove(start);
          const count = starts.countBefore(start);
          const refused = { startedAt: start.at, count, roomAt: starts.roomAt(count, WINDOW_MS) };
          become(pushedBack(pacing, refused, answeredAt, retryAfterMs, clock.random));
          // What was refused is no start any more.
          onChange();
        },
        uncounted: () => starts.remove(start),
      };
    },
    wasOutage: (since, now) => {
      pacing = wasOutage(pacing, since, now);
    },
    limitedTo: () => limitOf(pacing, cap),
  };
}
