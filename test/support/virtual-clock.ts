import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/common/clock.js';

export interface VirtualClock extends Clock {
  /** Lets everything that is due until then happen, in order, without waiting. */
  readonly runUntil: (time: number) => Promise<void>;
}

/** A clock that stands still until it is moved: sleeps end in the order of their times. */
export function virtualClock(random: () => number = () => 0.5): VirtualClock {
  let now = 0;
  let sleeping: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    wall: () => now,
    monotonic: () => now,
    random,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        sleeping.push({ at: now + Math.max(0, ms), wake });
        signal?.addEventListener('abort', wake, { once: true });
      }),
    runUntil: async (time) => {
      for (;;) {
        await turn();
        const next = sleeping.reduce<number>(
          (least, { at }) => Math.min(least, at),
          Number.POSITIVE_INFINITY,
        );
        if (next > time) break;
        now = next;
        const due = sleeping.filter(({ at }) => at <= now);
        sleeping = sleeping.filter(({ at }) => at > now);
        for (const { wake } of due) wake();
      }
      now = time;
    },
  };
}
