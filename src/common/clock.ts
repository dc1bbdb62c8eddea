import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance as parameters, so that tests of code that waits do not wait. */
export interface Clock {
  /** Epoch milliseconds, for what is stored and compared across processes. */
  readonly now: () => number;
  /** Epoch milliseconds by this machine's own clock, whatever `now` is: it goes on while the machine is suspended. */
  readonly wall: () => number;
  /** Monotonic milliseconds, for durations in this process: a clock that is set must not shorten a wait. */
  readonly monotonic: () => number;
  /** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
  random: Math.random,
};
