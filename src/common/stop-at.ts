import type { Clock } from './clock.js';
import type { Stop } from './stop.js';

/** Between looks at the clock, ms: one that is set, or a machine that slept, must not put the end off. */
const LOOK_EVERY_MS = 15_000;

/**
 * Stops a run at a time: no order starts after it, and what is in flight is waited for.
 * @param at epoch ms
 * @param passed told when it has come
 * @returns ends the watch
 */
export function stopAt(
  at: number,
  { clock, stop }: { clock: Clock; stop: Stop },
  passed: () => void,
): () => void {
  const ended = new AbortController();
  const over = AbortSignal.any([ended.signal, stop.signal]);
  const stopIfDue = (): boolean => {
    if (clock.now() < at) return false;
    if (!over.aborted) {
      stop.request({ kind: 'until', at });
      passed();
    }
    return true;
  };
  const watch = async (): Promise<void> => {
    while (!over.aborted && !stopIfDue()) await clock.sleep(Math.min(at - clock.now(), LOOK_EVERY_MS), over);
  };
  void watch();
  return () => ended.abort();
}
