import type { Clock } from '../../common/clock.js';
import type { PaceStore, Snapshot } from '../../common/pace-store.js';
import type { Slot } from './book.js';
import { broughtUp, capOf, kept, readShared, type SharedPace, unknownLately } from './shared-pace.js';
import type { StoreTime } from './store-time.js';

/** One step of the shared pace. It is made again if another worker was faster, so it must be pure. */
export type Change = (shared: SharedPace) => SharedPace;

export interface SyncOptions {
  readonly store: PaceStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly time: StoreTime;
  /** This worker's own --rate. */
  readonly cap: number | undefined;
  /** Called before each exchange with the store: what has gathered. */
  readonly gathered: () => readonly Change[];
  /** Books what is needed, if anything is. */
  readonly book: (shared: SharedPace, now: number) => { shared: SharedPace; slots: readonly Slot[] };
  /** The store was reached; these were booked, in that era. */
  readonly onSynced: (slots: readonly Slot[], era: number) => void;
  /** The store's clock is not what it was. */
  readonly onClock: () => void;
}

/** Keeps one worker and the store in step. Times are monotonic ms. */
export interface Sync {
  /** As it was last seen, with this worker's own changes; undefined before the store was reached. */
  readonly shared: () => SharedPace | undefined;
  /** Makes a change here at once, and in the store within so many ms, or as soon as it can. */
  readonly change: (change: Change, within: number | 'urgent') => void;
  /** Exchanges with the store within so many ms. */
  readonly exchange: (withinMs: number) => void;
  /** Reads the store again as soon as it can. */
  readonly read: () => void;
  /** When the store was last reached. */
  readonly reachedAt: () => number;
  /** When the store is tried again; undefined if it was reached the last time. */
  readonly retryAt: () => number | undefined;
  /** How long a question to the store takes lately, ms, and how long until a change is written. */
  readonly questionMs: () => number;
  readonly exchangeMs: () => number;
}

/** A store that answers later than this cannot be reached. */
const LONGEST_QUESTION_MS = 2_000;
const LONGEST_SLEEP_MS = 100;
const SHORTEST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

export function createSync(options: SyncOptions): Sync {
  const { store, clock, signal, time } = options;
  let known: { readonly shared: SharedPace | undefined; readonly version: string } | undefined;
  let view: SharedPace | undefined;
  let changes: Change[] = [];
  let mustRead = true;
  /** The store's clock, within this exchange. */
  let hasMoved = false;
  let isRunning = false;
  let dueAt = Number.POSITIVE_INFINITY;
  let reachedAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let retryAt: number | undefined;
  /** After a write this worker lets the others write first: it alone knows the newest version, and would always win. */
  let restUntil = Number.NEGATIVE_INFINITY;
  let questionMs = 5;
  let exchangeMs = 10;

  const schedule = (withinMs: number, isUrgent = false): void => {
    const now = clock.monotonic();
    const at = Math.max(now + withinMs, retryAt ?? now, isUrgent ? now : restUntil);
    if (at >= dueAt || signal.aborted) return;
    dueAt = at;
    if (!isRunning) void clock.sleep(at - now, signal).then(() => (dueAt === at ? run() : undefined));
  };

  const run = async (): Promise<void> => {
    if (isRunning || signal.aborted) return;
    isRunning = true;
    dueAt = Number.POSITIVE_INFINITY;
    const startedAt = clock.monotonic();
    const slots = await exchanged();
    const now = clock.monotonic();
    isRunning = false;
    if (slots === undefined) {
      retryAt = now + Math.min(LONGEST_RETRY_MS, SHORTEST_RETRY_MS * 2 ** failures++);
      mustRead = true;
    } else {
      retryAt = undefined;
      failures = 0;
      exchangeMs += (now - startedAt - exchangeMs) / 4;
      options.onSynced(slots, known?.shared?.era ?? 0);
    }
    const nextAt = slots === undefined ? now : dueAt;
    dueAt = Number.POSITIVE_INFINITY;
    if (nextAt < Number.POSITIVE_INFINITY) schedule(Math.max(0, nextAt - now));
  };

  /** @returns undefined if the store did not answer in time */
  const ask = async <Answer extends { readonly now: number }>(
    question: () => Promise<Answer>,
  ): Promise<Answer | undefined> => {
    const sentAt = clock.monotonic();
    const wallAt = clock.now();
    const answered = new AbortController();
    const tooLate = clock.sleep(LONGEST_QUESTION_MS, answered.signal).then(() => undefined);
    const answer = await Promise.race([question().catch(() => undefined), tooLate]);
    answered.abort();
    if (answer === undefined) return;
    // Monotonic time stands still while a machine sleeps: an answer from before that tells nothing of the time.
    const slept = clock.now() - wallAt - (clock.monotonic() - sentAt);
    if (Math.abs(slept) > LONGEST_SLEEP_MS) return;
    reachedAt = clock.monotonic();
    questionMs += (reachedAt - sentAt - questionMs) / 4;
    if (!time.answered(sentAt, reachedAt, answer.now)) {
      changes.push((shared) => unknownLately(shared, answer.now));
      hasMoved = true;
      options.onClock();
    }
    return answer;
  };

  const take = ({ state, version }: Snapshot): void => {
    known = { shared: readShared(state), version };
  };

  const withChanges = (shared: SharedPace): SharedPace =>
    changes.reduce((next, change) => change(next), shared);

  /** @returns what was booked; undefined if the store cannot be reached */
  const exchanged = async (): Promise<readonly Slot[] | undefined> => {
    let capBefore: number | undefined;
    hasMoved = false;
    for (;;) {
      if (mustRead || known === undefined || !time.isKnown()) {
        mustRead = false;
        const snapshot = await ask(store.read);
        if (snapshot === undefined) return;
        if (known?.shared !== undefined) capBefore = capOf(known.shared, snapshot.now);
        take(snapshot);
      }
      if (known === undefined) return;
      changes.push(...options.gathered());
      const now = time.at(clock.monotonic());
      const { shared, version } = known;
      const count = changes.length;
      // Others' --rate outlives a store that was emptied.
      const cap = shared === undefined ? lesser(options.cap, capBefore) : options.cap;
      const { shared: next, slots } = options.book(withChanges(broughtUp(shared, now, cap)), now);
      if (next === shared) {
        changes = changes.slice(count);
        view = withChanges(next);
        return slots;
      }
      const written = kept(next, now);
      const answer = await ask(() => store.write(written, version, isNews(shared, written)));
      // It may have been written: the slots of it are lost then, and that the rest is written again does little harm.
      if (answer === undefined) return;
      if (answer.written) {
        known = { shared: written, version: answer.version };
        restUntil = clock.monotonic() + questionMs;
        changes = changes.slice(count);
        view = withChanges(written);
        // They were booked by a time that is not the store's any more.
        return hasMoved ? [] : slots;
      }
      if (shared !== undefined) capBefore = capOf(shared, now);
      take(answer);
      if (signal.aborted) return;
    }
  };

  store.onChange(() => {
    mustRead = true;
    schedule(0, true);
  });

  return {
    shared: () => view,
    change: (change, within) => {
      changes.push(change);
      if (view !== undefined) view = change(view);
      schedule(within === 'urgent' ? 0 : within, within === 'urgent');
    },
    exchange: (withinMs) => schedule(withinMs),
    read: () => {
      mustRead = true;
      schedule(0, true);
    },
    reachedAt: () => reachedAt,
    retryAt: () => retryAt,
    questionMs: () => questionMs,
    exchangeMs: () => exchangeMs,
  };
}

/** The others must not go on by what they know. */
const isNews = (before: SharedPace | undefined, after: SharedPace): boolean =>
  before?.era !== after.era || before.cap?.perSecond !== after.cap?.perSecond;

const lesser = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
