import { backoff } from '../common/backoff.js';
import type { Clock } from '../common/clock.js';
import type { Breaker } from './breaker.js';
import { type AdaptiveRate, currentRate, onAccepted, onPushback, startRamp } from './controller.js';
import { createSpacer } from './spacer.js';

export interface Pace {
  /**
   * Waits for an order's turn. Where that takes a while, `prepare` runs meanwhile, so that the order leaves at
   * its moment and not a write to the disk later. A `Turn` tells which.
   */
  readonly passOrder: (prepare?: () => Promise<void>) => Promise<Turn>;
  /** True while nothing holds orders back: no cap, no limit met, no pause, a portal that answers. */
  readonly isFree: () => boolean;
  /** As `passOrder` for one who cannot wait: true when an order may start at once. */
  readonly passNow: () => boolean;
  /** How many orders leave in the time that the disk takes for their intents: so many may be written ahead. */
  readonly ahead: () => number;
  /** Resolves when any other request may start. */
  readonly pass: () => Promise<void>;
  /** False while something holds all orders: checked once more just before a send. */
  readonly isOpen: () => boolean;
  readonly accepted: (startedAt: number) => void;
  /** A request other than an order was accepted: it is a part of what the portal takes in a second. */
  readonly queryAccepted: () => void;
  /** The portal said 429 to a request started then (monotonic ms): all senders pause and slow down. */
  readonly turnedAway: (startedAt: number, retryAfterMs: number | undefined) => void;
  /** The portal named a time to come back, without a 429. */
  readonly pauseFor: (ms: number) => void;
  /** Starts a second allowed now, for how long all are paused, ms, and whether the portal is why. */
  readonly current: () => {
    readonly perSecond: number;
    readonly pausedMs: number;
    readonly pushedBack: boolean;
  };
}

/**
 * `ready`: it may start now, and nothing was prepared; `prepared`: it may start now; `withdrawn`: it was prepared, but
 * what it waited for no longer holds; `stopped`: the run is stopping, and nothing was prepared.
 */
export type Turn = 'ready' | 'prepared' | 'withdrawn' | 'stopped';

export interface PaceOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Requests started in any one second, at most: the user's --rate. */
  readonly cap: number | undefined;
  readonly breaker: () => Breaker | undefined;
  readonly onChange: () => void;
}

/** The receiver's second is not ours: starts keep 4 % more distance than the cap needs. */
const CAP_WIDENING = 1.04;

/** The least pause after a pushback that names no time; it grows while the portal goes on pushing back. */
const PUSHBACK_PAUSE_MS = 30;

/** A turn that comes sooner is as soon there as a write to the disk; one that comes later would make it stale. */
const SHORTEST_PREPARED_MS = 10;
const LONGEST_PREPARED_MS = 500;

/** A commit and its turn in the event loop take some milliseconds; intents are ready for so many. */
const AHEAD_MS = 20;

/** One gate for every request: the user's cap, the portal's limit as far as it is felt, and pauses for all. */
export function createPace({ clock, signal, cap, breaker, onChange }: PaceOptions): Pace {
  const capSpacer = createSpacer(CAP_WIDENING);
  const spacer = createSpacer();
  const accepted = createCounter();
  let rate: AdaptiveRate | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let pushbacksInARow = 0;
  let lastPushbackAt = Number.NEGATIVE_INFINITY;
  /** Aborted when what was booked no longer holds: who waits books anew. */
  let bookings = new AbortController();
  let line: Promise<unknown> = Promise.resolve();

  const book = (now: number): number => {
    rate ??= startRamp(now);
    const paced = spacer.book(Math.max(now, pausedUntil), currentRate(rate, now));
    // The cap comes last, so that it spaces the starts as they really happen.
    return cap === undefined ? paced : capSpacer.book(paced, cap);
  };

  const waitInFront = async (prepare?: () => Promise<void>): Promise<Turn> => {
    let prepared = false;
    while (!signal.aborted) {
      const booked = bookings.signal;
      const wait = book(clock.monotonic()) - clock.monotonic();
      if (prepare !== undefined && wait >= SHORTEST_PREPARED_MS && wait <= LONGEST_PREPARED_MS) {
        prepared = true;
        await Promise.all([clock.sleep(wait, booked), prepare()]);
      } else if (wait > 0) await clock.sleep(wait, booked);
      if (booked.aborted) {
        if (prepared) break;
        continue;
      }
      spacer.started(clock.monotonic());
      capSpacer.started(clock.monotonic());
      return prepared ? 'prepared' : 'ready';
    }
    return prepared ? 'withdrawn' : 'stopped';
  };

  /** One at a time waits in front; those behind it book with the pace of their own moment. */
  const waitForStart = (prepare?: () => Promise<void>): Promise<Turn> => {
    const turn = line.then(() => waitInFront(prepare));
    line = turn.catch(() => undefined);
    return turn;
  };

  const rebook = (): void => {
    spacer.reset();
    capSpacer.reset();
    bookings.abort();
    bookings = new AbortController();
  };
  signal.addEventListener('abort', rebook, { once: true });

  const pause = (ms: number): void => {
    const until = clock.monotonic() + ms;
    if (until <= pausedUntil) return;
    pausedUntil = until;
    rebook();
    onChange();
  };

  const isFree = (): boolean => {
    if (cap !== undefined || rate === undefined || signal.aborted) return false;
    const now = clock.monotonic();
    const unlimited = now >= pausedUntil && currentRate(rate, now) === Number.POSITIVE_INFINITY;
    return unlimited && (breaker()?.state() ?? 'closed') === 'closed';
  };

  return {
    isFree,
    passNow: () => isFree() && (breaker()?.admit() ?? true),
    ahead: () => (isFree() ? Math.floor((accepted.lastSecond(clock.monotonic()) * AHEAD_MS) / 1000) : 0),
    isOpen: () => clock.monotonic() >= pausedUntil && breaker()?.state() !== 'open',
    pass: async () => void (await waitForStart()),
    passOrder: async (prepare) => {
      while (!signal.aborted) {
        if (breaker()?.admit() ?? true) {
          const turn = await waitForStart(prepare);
          if (!signal.aborted) return turn;
          return turn === 'prepared' || turn === 'withdrawn' ? 'withdrawn' : 'stopped';
        }
        await breaker()?.changed(signal);
      }
      return 'stopped';
    },
    accepted: (startedAt) => {
      const now = clock.monotonic();
      pushbacksInARow = 0;
      accepted.add(now);
      const next =
        rate === undefined ? undefined : onAccepted(rate, startedAt, now, accepted.lastSecond(now));
      if (next === rate) return;
      rate = next;
      rebook();
    },
    queryAccepted: () => accepted.add(clock.monotonic()),
    turnedAway: (startedAt, retryAfterMs) => {
      const now = clock.monotonic();
      // What was under way at the last pushback belongs to it: it is no new one.
      const news = startedAt >= lastPushbackAt;
      if (news) {
        pushbacksInARow++;
        lastPushbackAt = now;
      }
      const before = rate ?? startRamp(now);
      const counted = accepted.lastSecond(now);
      if (retryAfterMs !== undefined) pause(retryAfterMs);
      else if (news) pause(PUSHBACK_PAUSE_MS + backoff(pushbacksInARow, clock.random()) / 4);
      rate = onPushback(before, startedAt, now, counted, Math.max(now, pausedUntil));
      rebook();
    },
    pauseFor: pause,
    current: () => {
      const now = clock.monotonic();
      return {
        perSecond: Math.min(
          cap ?? Number.POSITIVE_INFINITY,
          rate === undefined ? Number.POSITIVE_INFINITY : currentRate(rate, now),
        ),
        pausedMs: Math.max(0, pausedUntil - now),
        pushedBack: rate?.phase === 'hold',
      };
    },
  };
}

const BUCKET_MS = 25;
const BUCKETS = 1000 / BUCKET_MS;

/** Counts events of the last second in buckets, so that thousands a second cost nothing. */
function createCounter() {
  const counts = new Array<number>(BUCKETS).fill(0);
  const stamps = new Array<number>(BUCKETS).fill(-1);
  return {
    add: (now: number): void => {
      const stamp = Math.floor(now / BUCKET_MS);
      const at = stamp % BUCKETS;
      if (stamps[at] !== stamp) {
        stamps[at] = stamp;
        counts[at] = 0;
      }
      counts[at] = (counts[at] ?? 0) + 1;
    },
    lastSecond: (now: number): number => {
      const stamp = Math.floor(now / BUCKET_MS);
      return counts.reduce((sum, count, at) => sum + (stamp - (stamps[at] ?? -1) < BUCKETS ? count : 0), 0);
    },
  };
}
