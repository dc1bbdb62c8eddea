import { isDeepStrictEqual } from 'node:util';
import { isUnbounded, type Pace, rebase } from '../pace.js';
import * as pacing from '../pacing.js';
import { WINDOW_MS } from '../rate-window.js';
import { countBefore, keptMarks, type Mark, marked, roomAt, unmarked } from './marks.js';

/** The pace of all workers together: what the store holds. Times are the store's, in ms; survives JSON. */
export interface SharedPace extends pacing.Pacing {
  /** Another shape is another program's, and is not read. */
  readonly shape: typeof SHAPE;
  /** Slots that were booked in an earlier one are void. */
  readonly era: number;
  readonly writtenAt: number;
  /** When the portal last took something, as far as it was written. */
  readonly acceptedAt: number | null;
  /** Until then a limit is searched for carefully. */
  readonly orderTaken: boolean;
  /** What left lately, and the slots that are booked. */
  readonly marks: readonly Mark[];
  /** While there is a cap: by when each request, of a slot or not, will have left at the latest. In order. */
  readonly window: readonly number[];
  /** The least --rate of all workers that have one, until it runs out. */
  readonly cap: { readonly perSecond: number; readonly until: number } | null;
}

const SHAPE = 1;
/** A slot is booked for at most so long from now. */
export const AHEAD_MS = 1_000;
/** After its slot a request may leave at most so much later, if --rate is to hold. */
export const LONGEST_SLACK_MS = 500;
/** A worker that has a cap and does not know what left lately waits until all of it is older than a second. */
export const RESET_MS = AHEAD_MS + LONGEST_SLACK_MS + WINDOW_MS;
/** So long a cap holds after its worker was last heard of. */
const CAP_MS = 60_000;
/** The store's clock may be read by workers that err by this together. */
const CLOCK_ERROR_MS = 1_000;

/** What a store gave, or undefined if it is nothing that this program wrote. */
export function readShared(state: unknown): SharedPace | undefined {
  if (typeof state !== 'object' || state === null || !('shape' in state) || state.shape !== SHAPE) return;
  const shared = state as SharedPace;
  // They are compared by reference.
  return isDeepStrictEqual(shared.before, shared.pace) ? { ...shared, before: shared.pace } : shared;
}

/**
 * Brings what the store holds up to now: begins if there is nothing, follows a clock that was set back, and takes
 * this worker's cap over. Pure; the same object if nothing is to be written.
 */
export function broughtUp(shared: SharedPace | undefined, now: number, cap: number | undefined): SharedPace {
  const begun = shared ?? beginning(now);
  const back = begun.writtenAt - now > CLOCK_ERROR_MS ? shifted(begun, now - begun.writtenAt) : begun;
  if (cap === undefined) return back;
  const until = now + CAP_MS;
  const other = capOf(back, now);
  if (other !== undefined && other < cap) return back;
  if (other === cap) {
    const isFresh = (back.cap?.until ?? 0) > now + CAP_MS / 2;
    return isFresh ? back : { ...back, cap: { perSecond: cap, until } };
  }
  // What left before was not counted.
  return unknownLately({ ...back, cap: { perSecond: cap, until } }, now);
}

/** Requests started in any one second, at most, over all workers. */
export const capOf = ({ cap }: SharedPace, now: number): number | undefined =>
  cap !== null && cap.until > now ? cap.perSecond : undefined;

/** Nothing limits: requests leave without a slot, and are reported afterwards. */
export const needsNoSlots = (shared: SharedPace, now: number): boolean =>
  shared.pace !== null && isUnbounded(shared.pace) && capOf(shared, now) === undefined;

/** What left lately is not known: with a cap all wait until it is over. Pure. */
export const unknownLately = (shared: SharedPace, now: number): SharedPace =>
  capOf(shared, now) === undefined ? shared : pausedUntil(shared, now + RESET_MS, now);

/**
 * The portal took a request of that moment. Pure; the same object if that changes nothing. What was booked at the rate
 * before says nothing of the next one: a step of the search begins when nobody has such a slot any more, any other
 * after the last one.
 * @param noticeMs by then all workers know of it
 */
export function accepted(shared: SharedPace, startedAt: number, now: number, noticeMs: number): SharedPace {
  const next = pacing.accepted(shared, startedAt, now);
  const { pace } = next;
  if (pace === null || pace.phase === 'free' || !hasBegun(pace, shared.pace)) return next;
  if (shared.pace?.phase === 'search') {
    const begun = { ...pace, since: now + noticeMs };
    return voided(pacing.paused({ ...next, pace: begun, before: begun }, begun.since), now);
  }
  const begun = { ...pace, since: Math.max(pace.since, shared.marks.at(-1)?.[0] ?? pace.since) };
  return { ...next, pace: begun, before: begun };
}

const hasBegun = (pace: Exclude<Pace, { phase: 'free' }>, before: Pace | null): boolean =>
  before === null || before.phase === 'free' || before.since !== pace.since;

/** An order was taken: no other is the first. Pure. */
export const orderTaken = (shared: SharedPace): SharedPace =>
  shared.orderTaken ? shared : { ...shared, orderTaken: true };

/**
 * The portal said "slower" to a request of that moment. Pure.
 * @param told when, how long it asked to wait, from 0 up to 1 for a pause that it did not name, and by when all
 * workers know of it: until then nothing leaves
 */
export function pushedBack(
  shared: SharedPace,
  startedAt: number,
  told: {
    readonly at: number;
    readonly retryAfterMs: number | undefined;
    readonly random: number;
    readonly noticeMs: number;
  },
): SharedPace {
  const { at: now, retryAfterMs, random, noticeMs } = told;
  const refused = { ...shared, marks: unmarked(shared.marks, startedAt) };
  const left = refused.marks.filter(([at]) => at <= now);
  const count = countBefore(left, startedAt);
  const next = pacing.pushedBack(
    refused,
    { startedAt, count, roomAt: roomAt(left, count, WINDOW_MS) },
    now + noticeMs,
    retryAfterMs,
    () => random,
  );
  return next === refused ? refused : voided(next, now);
}

/** Nothing leaves until then. Pure. */
export function pausedUntil(shared: SharedPace, until: number, now: number): SharedPace {
  const next = pacing.paused(shared, until);
  return next === shared ? shared : voided(next, now);
}

/** The portal was out of order since then for one worker; it says nothing of the pace if others were served. Pure. */
export const wasOutage = (shared: SharedPace, since: number, now: number): SharedPace =>
  (shared.acceptedAt ?? 0) > since ? shared : pacing.wasOutage(shared, since, now);

/** These left without a slot. Pure. */
export const reported = (shared: SharedPace, moments: readonly number[]): SharedPace => ({
  ...shared,
  marks: marked(shared.marks, moments),
});

/** It did not leave after all, or does not count against the portal's limit. Pure. */
export const uncounted = (shared: SharedPace, moment: number): SharedPace => ({
  ...shared,
  marks: unmarked(shared.marks, moment),
});

/**
 * A request of the window has left, earlier than it might have, or never will. Pure.
 * @param by when it has left; null: never
 */
export function released(shared: SharedPace, latest: number, by: number | null): SharedPace {
  const at = shared.window.indexOf(latest);
  if (at < 0) return shared;
  const rest = shared.window.toSpliced(at, 1);
  return { ...shared, window: by === null ? rest : [...rest, by].sort(ascending) };
}

/** As it is written: without what is over. Pure. */
export const kept = (shared: SharedPace, now: number): SharedPace => ({
  ...shared,
  writtenAt: now,
  marks: keptMarks(shared.marks, now),
  window: shared.window.filter((latest) => latest > now - WINDOW_MS - CLOCK_ERROR_MS),
});

export const ascending = (one: number, other: number): number => one - other;

const beginning = (now: number): SharedPace => ({
  ...pacing.noPacing,
  shape: SHAPE,
  // Greater than any that another beginning has reached.
  era: now,
  writtenAt: now,
  acceptedAt: null,
  orderTaken: false,
  marks: [],
  window: [],
  cap: null,
});

/** All who hold slots book anew. */
const voided = (shared: SharedPace, now: number): SharedPace => ({
  ...shared,
  era: shared.era + 1,
  marks: shared.marks.filter(([at]) => at <= now),
});

const shifted = (shared: SharedPace, by: number): SharedPace => ({
  ...shared,
  era: shared.era + 1,
  writtenAt: shared.writtenAt + by,
  pace: shared.pace && rebase(shared.pace, by),
  before: shared.before && rebase(shared.before, by),
  pausedUntil: shared.pausedUntil && shared.pausedUntil + by,
  acceptedAt: shared.acceptedAt && shared.acceptedAt + by,
  marks: shared.marks.map(([at, counted, refused]) => [at + by, counted, refused]),
  window: shared.window.map((latest) => latest + by),
  cap: shared.cap && { ...shared.cap, until: shared.cap.until + by },
});
