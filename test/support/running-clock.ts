import type { Clock } from '../../src/common/clock.js';

/** Some day: the portal's times are epoch milliseconds. */
const SOME_DAY = 1_780_000_000_000;

export interface RunningClock extends Clock {
  /** Epoch milliseconds that nobody sets: the true time. */
  readonly trueNow: () => number;
  /** So much time passes. */
  readonly pass: (ms: number) => void;
  /** Somebody sets the wall clock forward, or back if below 0: no time passes. */
  readonly step: (ms: number) => void;
  /** No time passes while this is done: a write to the disk takes milliseconds, and a turn of this clock takes any time. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
}

/**
 * A clock that runs by itself: as soon as everybody sleeps, it is the moment at which the first one wakes. A test
 * awaits what it tests, however long that takes.
 */
export function runningClock(random: () => number = () => 0.5): RunningClock {
  let monotonic = 0;
  let set = 0;
  let sleeping: { readonly at: number; readonly wake: () => void }[] = [];
  let isTurning = false;
  let held = 0;

  const turn = (): void => {
    isTurning = false;
    if (held > 0) {
      wind();
      return;
    }
    const [first, ...others] = sleeping.toSorted((a, b) => a.at - b.at);
    if (first === undefined) return;
    sleeping = others;
    monotonic = Math.max(monotonic, first.at);
    first.wake();
    wind();
  };
  const wind = (): void => {
    if (isTurning || sleeping.length === 0) return;
    isTurning = true;
    setImmediate(turn);
  };

  return {
    now: () => SOME_DAY + monotonic + set,
    wall: () => SOME_DAY + monotonic + set,
    trueNow: () => SOME_DAY + monotonic,
    monotonic: () => monotonic,
    random,
    pass: (ms) => {
      monotonic += ms;
    },
    step: (ms) => {
      set += ms;
    },
    during: async (work) => {
      held++;
      try {
        return await work;
      } finally {
        held--;
      }
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const entry = { at: monotonic + Math.max(0, ms), wake: () => wake() };
        const wake = (): void => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        };
        const cancel = (): void => {
          sleeping = sleeping.filter((other) => other !== entry);
          wake();
        };
        signal?.addEventListener('abort', cancel, { once: true });
        sleeping.push(entry);
        wind();
      }),
  };
}
