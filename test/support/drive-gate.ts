import type { Clock } from '../../src/common/clock.js';
import { createGate, type Gate } from '../../src/pace/gate.js';
import { seededRandom } from '../../src/sandbox/random.js';
import { type Refusal, startSenders } from './drive-senders.js';
import type { Limiter } from './limits.js';
import { type VirtualClock, virtualClock } from './virtual-clock.js';

export interface Drive extends Refusal {
  /** How the portal counts: whether a request that arrives then may pass. */
  readonly passes: Limiter;
  readonly cap?: number;
  readonly senders?: number;
  /** To the portal and back, without its work, ms. */
  readonly latencyMs?: number;
  /** By how much more a request may take to the portal, ms. */
  readonly jitterMs?: () => number;
  /** How long the portal works on what it takes, ms; what it refuses takes as long unless `refusesAtOnce`. */
  readonly answerMs?: () => number;
  readonly refusesAtOnce?: boolean;
  /** By how much later than asked a sleep may end, as on a machine with other work, ms. */
  readonly lateMs?: () => number;
}

export interface Driven {
  readonly clock: VirtualClock;
  readonly gate: Gate;
  readonly stop: AbortController;
  /** When requests arrived that passed, that did not, and when all of them left. */
  readonly taken: number[];
  readonly refused: number[];
  readonly starts: number[];
}

/** Senders in a loop, through a real gate, against a portal that limits requests. */
export function driveGate(drive: Drive): Driven {
  const chance = seededRandom(77);
  const clock = virtualClock(chance);
  const { lateMs, latencyMs = 20 } = drive;
  const lateClock: Clock =
    lateMs === undefined
      ? clock
      : { ...clock, sleep: (ms, signal) => clock.sleep(ms > 0 ? ms + lateMs() : 0, signal) };
  const stop = new AbortController();
  const gate = createGate({
    clock: lateClock,
    signal: stop.signal,
    cap: drive.cap,
    onPause: () => undefined,
    onPortal: () => undefined,
  });
  const driven: Driven = { clock, gate, stop, taken: [], refused: [], starts: [] };

  /** @returns whether it passed, once it is answered */
  const request = async (): Promise<boolean> => {
    driven.starts.push(clock.monotonic());
    await clock.sleep(latencyMs / 2 + (drive.jitterMs?.() ?? 0));
    const passed = drive.passes(clock.monotonic());
    (passed ? driven.taken : driven.refused).push(clock.monotonic());
    if (passed || !drive.refusesAtOnce) await clock.sleep(drive.answerMs?.() ?? 0);
    await clock.sleep(latencyMs / 2);
    return passed;
  };

  const count = drive.senders ?? 50;
  startSenders({ gate, count, refusal: drive, request, clock, chance, signal: stop.signal });
  return driven;
}

export const between = (times: readonly number[], from: number, to: number): number =>
  times.filter((at) => at >= from && at < to).length;
