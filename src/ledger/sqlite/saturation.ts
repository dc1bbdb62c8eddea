import { performance } from 'node:perf_hooks';

const WINDOW_MS = 100;
/** The share of the window in which the event loop had work. */
const SATURATED = 0.9;

/** Tells whether this program, and not the portal, has been what everything waits for lately. */
export function createSaturation(): () => boolean {
  let mark = performance.eventLoopUtilization();
  let measuredAt = performance.now();
  let saturated = false;
  return () => {
    const now = performance.now();
    if (now - measuredAt >= WINDOW_MS) {
      saturated = performance.eventLoopUtilization(mark).utilization > SATURATED;
      mark = performance.eventLoopUtilization();
      measuredAt = now;
    }
    return saturated;
  };
}
