import type { Clock } from '../../common/clock.js';
import type { PaceStore } from '../../common/pace-store.js';
import { BURST_MS, type Pacer, type PacerHooks, type Started } from '../pacer.js';
import { limitOf } from '../pacing.js';
import { type Booking, book, distanceAt, opensAt, type Slot } from './book.js';
import { reportTime } from './marks.js';
import {
  AHEAD_MS,
  accepted,
  capOf,
  needsNoSlots,
  orderTaken,
  pausedUntil,
  pushedBack,
  released,
  reported,
  type SharedPace,
  uncounted,
  wasOutage,
} from './shared-pace.js';
import { createSlots, EARLY_MS } from './slots.js';
import { createStoreTime } from './store-time.js';
import { type Change, createSync } from './sync.js';

export interface SharedPacerOptions extends PacerHooks {
  readonly store: PaceStore;
  readonly clock: Clock;
  /** Aborted when the run stops: nothing is read or written then. */
  readonly signal: AbortSignal;
  /** Requests started in any one second by all workers together, at most: this worker's --rate. */
  readonly cap: number | undefined;
}

/** What needs no haste goes to the store within so many ms: what was answered, and what left without a slot. */
const SOON_MS = 10;
const REPORT_MS = 100;
/** A worker without slots sends for this long by what it last read of the store; one that waits reads it this often. */
const FRESH_MS = 1_000;
/** Between looks for a slot that is being booked: its arrival is told. */
const LATER_MS = 20;
/** Slots are booked for so long ahead, beside the time that booking takes. */
const HORIZON_MS = 20;
const SHORTEST_NOTICE_MS = 10;
const LONGEST_NOTICE_MS = 200;
/** With no cap to hold it is enough that a worker that was frozen sends nothing of before. */
const UNCAPPED_SLACK_MS = 1_000;
/** A step of this size between the two clocks of a machine: it slept, or its clock was set. */
const STEP_MS = 100;

/**
 * One pace for all workers that share a store. While a limit or a cap is near, each start has a slot that was booked in
 * the store; else requests leave at once and are reported. A worker that cannot reach the store books nothing and sends
 * nothing; slots that it held are lost, and nothing waits for them.
 */
export function createSharedPacer(options: SharedPacerOptions): Pacer {
  const { clock, onChange, onPause } = options;
  const time = createStoreTime();
  const slots = createSlots(time);
  let wanted = 0;
  let carefully = false;
  let unreported: number[] = [];
  let acceptedAt: number | null = null;
  /** What the shared pace was when this worker last acted on it. */
  let seen: SharedPace | undefined;
  /** Without slots: when the next start is due. */
  let due = Number.NEGATIVE_INFINITY;
  let step = clock.now() - clock.monotonic();

  const bookingAt = (shared: SharedPace, now: number, local: number): Booking => ({
    now,
    count: wanted,
    carefully,
    leadMs: sync.questionMs() * 1.2 + 1,
    slackMs: capOf(shared, now) === undefined ? UNCAPPED_SLACK_MS : slots.slackMs(),
    // One ms more: what the clocks may part by until the slot comes.
    errorMs: time.errorAt(local) + AHEAD_MS / 1_000,
  });

  /** What gathered since the last exchange, as changes. */
  const gathered = (): Change[] => {
    const [moments, takenAt, freed] = [unreported, acceptedAt, slots.freed()];
    unreported = [];
    acceptedAt = null;
    const gathering: Change[] = freed.map(
      ({ latest, by }) =>
        (shared) =>
          released(shared, latest, by),
    );
    if (moments.length > 0) gathering.push((shared) => reported(shared, moments));
    // Alone it is not worth a write.
    const isTold = takenAt !== null && (moments.length > 0 || wanted > 0);
    if (isTold) gathering.push((shared) => ({ ...shared, acceptedAt: takenAt }));
    return gathering;
  };

  const sync = createSync({
    ...options,
    time,
    gathered,
    book: (shared, now) => {
      const none = wanted === 0 || needsNoSlots(shared, now);
      return none ? { shared, slots: [] } : book(shared, bookingAt(shared, now, clock.monotonic()));
    },
    onSynced: (booked, era) => {
      wanted = 0;
      const isNew = followed();
      slots.add(booked);
      // A pushback came while they were being booked.
      if (era !== seen?.era) slots.giveBack();
      // What was looked for and not found is looked for again a while later: else nothing would pass between.
      if (isNew || booked.length > 0) onChange();
    },
    onClock: () => slots.drop(),
  });

  /** What others changed has its effect here. @returns whether anything is new */
  function followed(): boolean {
    const shared = sync.shared();
    if (shared === undefined || shared === seen) return false;
    if (seen !== undefined && seen.era !== shared.era) slots.giveBack();
    const isPaused = (shared.pausedUntil ?? 0) > (seen?.pausedUntil ?? 0);
    seen = shared;
    if (isPaused) onPause();
    return true;
  }

  const urgently = (change: Change): void => {
    for (const earlier of gathered()) sync.change(earlier, 'urgent');
    sync.change(change, 'urgent');
    followed();
    onChange();
  };

  /** A machine that slept, or whose clock was set, does not know the store's time any more. */
  const slept = (): boolean => {
    const difference = clock.now() - clock.monotonic();
    const isSame = Math.abs(difference - step) < STEP_MS;
    step = difference;
    if (isSame) return false;
    time.doubt();
    slots.drop();
    return true;
  };

  /** To the store, as a notice to another worker, and what that worker does about it. */
  const noticeMs = (): number => Math.min(LONGEST_NOTICE_MS, SHORTEST_NOTICE_MS + sync.questionMs() * 3);

  const pausedTo = (): number => {
    const until = sync.shared()?.pausedUntil ?? null;
    return until === null ? Number.NEGATIVE_INFINITY : time.toLocal(until);
  };

  /** Without slots, at the ramp's distance. */
  const nextFree = (now: number): number => {
    for (const { at } of slots.giveBack()) sync.change((shared) => uncounted(shared, at), REPORT_MS);
    if (now - sync.reachedAt() < FRESH_MS) return Math.max(pausedTo(), due);
    sync.read();
    return now + LATER_MS;
  };

  const nextSlot = (shared: SharedPace, now: number, waiting: number): number => {
    const storeNow = time.at(now);
    const booking = bookingAt(shared, storeNow, now);
    const distance = distanceAt(shared, booking);
    const unused = slots.unused(now, distance);
    const ahead = 1 + Math.ceil((sync.exchangeMs() * 2 + HORIZON_MS) / Math.max(distance, 1));
    const want = Math.min(waiting, ahead);
    const opens = opensAt(shared, booking);
    const canBook = opens <= storeNow + AHEAD_MS;
    if (canBook && unused.length * 2 <= want) {
      wanted = want - unused.length;
      sync.exchange(0);
    }
    if (now - sync.reachedAt() > FRESH_MS) sync.read();
    const [first] = unused;
    if (first !== undefined) return Math.max(time.toLocal(first.at) - EARLY_MS / 2, pausedTo());
    return canBook ? now + LATER_MS : Math.max(now + LATER_MS, time.toLocal(opens - AHEAD_MS));
  };

  const startedOf = (slot: Slot | undefined, letThroughAt: number): Started => {
    /** What the store knows it by. */
    const moment = slot?.at ?? reportTime(time.at(letThroughAt));
    let at = letThroughAt;
    let hasLeft = false;
    const giveBack = (): void => {
      if (!hasLeft && slot !== undefined) slots.free(slot, null);
    };
    return {
      at: () => at,
      leaves: (now) => {
        at = now;
        hasLeft = slot === undefined || (!slept() && slots.leaves(slot, now));
        return hasLeft;
      },
      ended: giveBack,
      accepted: (now) => {
        const storeNow = time.at(now);
        acceptedAt = storeNow;
        const shared = sync.shared();
        const notice = noticeMs();
        const change: Change = (known) => accepted(known, moment, storeNow, notice);
        if (shared !== undefined && change(shared) !== shared) sync.change(change, SOON_MS);
      },
      pushedBack: (now, retryAfterMs) => {
        const told = { at: time.at(now), retryAfterMs, random: clock.random(), noticeMs: noticeMs() };
        urgently((shared) => pushedBack(shared, moment, told));
      },
      uncounted: () => sync.change((shared) => uncounted(shared, moment), REPORT_MS),
    };
  };

  return {
    nextStartAt: (now, waiting, careful = false) => {
      carefully = careful;
      const shared = sync.shared();
      if (slept() || shared === undefined || !time.isKnown()) {
        sync.read();
        return Math.max(now + LATER_MS, sync.retryAt() ?? now);
      }
      // Nobody has seen to it for long.
      if (
        options.cap !== undefined &&
        (capOf(shared, time.at(now)) ?? Number.POSITIVE_INFINITY) > options.cap
      ) {
        sync.exchange(0);
        return now + LATER_MS;
      }
      if (!careful && !shared.orderTaken) sync.change(orderTaken, SOON_MS);
      const retryAt = sync.retryAt();
      if (retryAt !== undefined) return Math.max(now + LATER_MS, retryAt);
      const at = needsNoSlots(shared, time.at(now)) ? nextFree(now) : nextSlot(shared, now, waiting);
      // Between two clocks a moment is rounded: a wait that is too short to pass would be begun over and over.
      return at - now < EARLY_MS / 4 ? now : at;
    },
    isFree: (now) => {
      const shared = sync.shared();
      if (shared?.pace?.phase !== 'free' || !time.isKnown() || sync.retryAt() !== undefined) return false;
      return (
        capOf(shared, time.at(now)) === undefined && now - sync.reachedAt() < FRESH_MS && now >= pausedTo()
      );
    },
    depart: (now) => {
      const slot = slots.take(now);
      if (slot === undefined) {
        const { pace } = sync.shared() ?? { pace: null };
        if (pace?.phase === 'ramp') due = Math.max(due, now - BURST_MS) + 1_000 / pace.perSecond;
        if (time.isKnown()) unreported.push(reportTime(time.at(now)));
        sync.exchange(REPORT_MS);
      }
      return startedOf(slot, now);
    },
    pauseUntil: (local) => {
      const [until, storeNow] = [time.at(local), time.at(clock.monotonic())];
      if (until > (sync.shared()?.pausedUntil ?? 0))
        urgently((shared) => pausedUntil(shared, until, storeNow));
    },
    wasOutage: (since, now) => {
      const [from, to] = [time.at(since), time.at(now)];
      sync.change((shared) => wasOutage(shared, from, to), REPORT_MS);
    },
    pausedUntil: pausedTo,
    limitedTo: () => {
      const shared = sync.shared();
      return shared && limitOf(shared, capOf(shared, time.at(clock.monotonic())));
    },
  };
}
