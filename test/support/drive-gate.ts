import type { Clock } from '../../src/common/clock.js';
import { createGate, type Gate } from '../../src/pace/gate.js';
import { keepProbing } from '../../src/pace/prober.js';
import { seededRandom } from '../../src/sandbox/random.js';
import type { Limiter } from './limits.js';
import { type VirtualClock, virtualClock } from './virtual-clock.js';

export interface Drive {
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
  readonly retryAfterMs?: number;
  /** How it says "slower": with 429, which the sender tries again after a while of its own, or with 503. */
  readonly status?: 429 | 503;
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
  const { lateMs, latencyMs = 20, status = 429 } = drive;
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

  const sender = async (): Promise<void> => {
    for (let attempt = 1; ; ) {
      const turn = await gate.order(async () => undefined);
      if (turn.kind === 'stopped') return;
      if (turn.kind === 'withdrawn') continue;
      turn.departure.leaves();
      if (await request()) {
        turn.departure.ended({ kind: 'accepted' });
        attempt = 1;
        continue;
      }
      const { retryAfterMs } = drive;
      const kind = status === 429 ? 'slower' : 'overloaded';
      turn.departure.ended({ kind, retryAfterMs, why: `HTTP ${status}` });
      if (status === 429 && retryAfterMs === undefined)
        await clock.sleep(chance() * 500 * 2 ** (attempt++ - 1), stop.signal);
    }
  };
  for (let i = 0; i < (drive.senders ?? 50); i++) void sender();
  void keepProbing({
    gate,
    probe: request,
    giveUpAfterMs: Number.POSITIVE_INFINITY,
    giveUp: () => undefined,
    clock,
    signal: stop.signal,
  });
  return driven;
}

export const between = (times: readonly number[], from: number, to: number): number =>
  times.filter((at) => at >= from && at < to).length;
