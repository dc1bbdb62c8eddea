import type { Clock } from '../../src/common/clock.js';
import { createGate, type Gate } from '../../src/pace/gate.js';
import { createSharedPacer } from '../../src/pace/shared/shared-pacer.js';
import { seededRandom } from '../../src/sandbox/random.js';
import { type Refusal, startSenders } from './drive-senders.js';
import type { Limiter } from './limits.js';
import { type MemoryPaceStore, memoryPaceStore } from './memory-pace-store.js';
import { type VirtualClock, virtualClock } from './virtual-clock.js';

export interface WorkerDrive extends Refusal {
  readonly passes: Limiter;
  readonly workers: number;
  /** --rate of each worker; the last one is for all who come after it. */
  readonly caps?: readonly (number | undefined)[];
  /** Senders of each worker. */
  readonly senders?: number;
  /** To the portal and back, ms. */
  readonly latencyMs?: number;
  readonly answerMs?: () => number;
  /** How long a request waits for its connection before it leaves, ms. */
  readonly connectMs?: () => number;
  readonly refusesAtOnce?: boolean;
  /** To the store, in each direction, ms. */
  readonly storeMs?: (worker: number) => number;
  /** By how much later than asked a sleep may end, ms. */
  readonly lateMs?: () => number;
  /** By how much a worker's clock is ahead, ms. */
  readonly offsetMs?: (worker: number) => number;
  readonly seed?: number;
}

/** What happens to a worker. */
interface Fate {
  /** Nothing of it happens before that, as with SIGSTOP and SIGCONT. */
  freezeUntil: number;
  isCut: boolean;
  /** Its machine sleeps: it is frozen, and monotonic time stands still. */
  readonly sleeps: { readonly from: number; readonly forMs: number }[];
}

export interface Worker {
  readonly gate: Gate;
  readonly stop: AbortController;
  readonly fate: Fate;
  /** When its requests left. */
  readonly starts: number[];
}

export interface DrivenWorkers {
  readonly clock: VirtualClock;
  readonly store: MemoryPaceStore;
  readonly workers: readonly Worker[];
  readonly taken: number[];
  readonly refused: number[];
  /** When requests left, over all. */
  readonly starts: number[];
  readonly stop: () => void;
}

/** Several workers, each with senders in a loop through a gate of its own, one store, and one portal with a limit. */
export function driveWorkers(drive: WorkerDrive): DrivenWorkers {
  const chance = seededRandom(drive.seed ?? 77);
  const clock = virtualClock(chance);
  const store = memoryPaceStore(clock.monotonic);
  const driven: DrivenWorkers = {
    clock,
    store,
    taken: [],
    refused: [],
    starts: [],
    workers: Array.from({ length: drive.workers }, (_, i) => start(i)),
    stop: () => {
      for (const { stop } of driven.workers) stop.abort();
    },
  };
  return driven;

  function start(index: number): Worker {
    const { latencyMs = 20, lateMs = () => 0, storeMs = () => 1 } = drive;
    const offset = drive.offsetMs?.(index) ?? 0;
    const stop = new AbortController();
    const fate: Fate = { freezeUntil: 0, isCut: false, sleeps: [] };
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      await clock.sleep(ms > 0 ? ms + lateMs() : 0, signal);
      const rest = fate.freezeUntil - clock.monotonic();
      if (rest > 0) await clock.sleep(rest);
    };
    const own: Clock = {
      now: () => clock.now() + offset,
      wall: () => clock.now() + offset,
      monotonic: () => {
        const now = clock.monotonic();
        const slept = fate.sleeps.map(({ from, forMs }) => Math.min(forMs, Math.max(0, now - from)));
        return now + offset - slept.reduce((sum, ms) => sum + ms, 0);
      },
      random: chance,
      sleep,
    };
    const connection = { clock: own, delayMs: () => storeMs(index), isCut: () => fate.isCut };
    const cap = drive.caps?.[Math.min(index, drive.caps.length - 1)];
    const gate = createGate({
      clock: own,
      signal: stop.signal,
      cap,
      onPause: () => undefined,
      onPortal: () => undefined,
      pacerOf: (hooks) =>
        createSharedPacer({
          ...hooks,
          clock: own,
          signal: stop.signal,
          cap,
          store: store.connect(connection),
        }),
    });
    const worker: Worker = { gate, stop, fate, starts: [] };

    /** @returns whether it passed, once it is answered */
    const request = async (): Promise<boolean> => {
      worker.starts.push(clock.monotonic());
      driven.starts.push(clock.monotonic());
      await clock.sleep(latencyMs / 2);
      const passed = drive.passes(clock.monotonic());
      (passed ? driven.taken : driven.refused).push(clock.monotonic());
      if (passed || !drive.refusesAtOnce) await clock.sleep(drive.answerMs?.() ?? 0);
      await own.sleep(latencyMs / 2);
      return passed;
    };

    startSenders({
      gate,
      count: drive.senders ?? 20,
      refusal: drive,
      request,
      connectMs: drive.connectMs,
      clock: own,
      chance,
      signal: stop.signal,
    });
    return worker;
  }
}
