import type { Slot } from './book.js';
import { LONGEST_SLACK_MS } from './shared-pace.js';
import type { StoreTime } from './store-time.js';

/** A slot that will not be used, or was used before its latest moment. */
export interface Freed {
  readonly latest: number;
  /** By when its request has left; null: never. By the store's time. */
  readonly by: number | null;
}

/** The slots that this worker has booked and not used yet. */
export interface Slots {
  readonly add: (booked: readonly Slot[]) => void;
  /** Those that have not passed, the next one first. */
  readonly unused: (now: number, distanceMs: number) => readonly Slot[];
  /** The next one, if it has come. */
  readonly take: (now: number) => Slot | undefined;
  /** Whether a request may leave in its slot now. */
  readonly leaves: (slot: Slot, now: number) => boolean;
  readonly free: (slot: Slot, by: number | null) => void;
  /** All are void, or not needed: what they were. */
  readonly giveBack: () => readonly Slot[];
  /** All are void, and nobody can tell when they were. */
  readonly drop: () => void;
  /** What was freed since the last call. */
  readonly freed: () => readonly Freed[];
  /** So much later than their slots requests leave lately, and some more: what the next ones are booked with. */
  readonly slackMs: () => number;
}

/** Timers are late by a few ms, and a request waits for its connection. */
const LEAST_SLACK_MS = 30;
/**
 * A slot that has passed by so much, or by this share of the distance, is not used any more: if it is the distance that
 * the portal counts, the next one would be refused.
 */
const LEAST_LATE_MS = 5;
const LATE_SHARE = 0.2;
/** Times are rounded. */
export const EARLY_MS = 0.1;

export function createSlots(time: StoreTime): Slots {
  let unused: Slot[] = [];
  const freed: Freed[] = [];
  let slackMs = LEAST_SLACK_MS;

  const free = ({ latest }: Slot, by: number | null): void => void freed.push({ latest, by });

  return {
    add: (booked) => {
      unused.push(...booked);
    },
    unused: (now, distanceMs) => {
      const storeNow = time.at(now);
      const lateMs = Math.max(LEAST_LATE_MS, distanceMs * LATE_SHARE);
      const isOver = ({ at, latest }: Slot): boolean =>
        at + lateMs < storeNow || latest < storeNow + time.errorAt(now);
      for (const slot of unused.filter(isOver)) free(slot, null);
      unused = unused.filter((slot) => !isOver(slot));
      return unused;
    },
    take: (now) =>
      unused[0] !== undefined && unused[0].at <= time.at(now) + EARLY_MS ? unused.shift() : undefined,
    leaves: (slot, now) => {
      const by = time.at(now) + time.errorAt(now);
      const late = time.at(now) - slot.at;
      slackMs = Math.min(LONGEST_SLACK_MS, Math.max(LEAST_SLACK_MS, late * 1.5, slackMs * 0.95));
      if (!(by <= slot.latest)) return false;
      free(slot, by);
      return true;
    },
    free,
    giveBack: () => {
      for (const slot of unused) free(slot, null);
      return unused.splice(0);
    },
    drop: () => {
      unused = [];
    },
    freed: () => freed.splice(0),
    slackMs: () => slackMs,
  };
}
