import { backoff } from '../common/backoff.js';
import type { Clock } from '../common/clock.js';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface Breaker {
  readonly state: () => BreakerState;
  /** True when an order may go now; in `half-open` one alone may, as the trial. */
  readonly admit: () => boolean;
  /** The one that was admitted did not send after all: another may be the trial. */
  readonly handBack: () => void;
  /** Resolves at the next change of state, or when the signal is aborted. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
  /** The portal answered, whatever it said. */
  readonly answered: () => void;
  /** No answer came, or none that proves anything: `certain` where the portal could not even be reached. */
  readonly failed: (certain: boolean, why: string) => void;
  /** When the next probe goes, monotonic ms; for the countdown. */
  readonly nextProbeAt: () => number | undefined;
}

export interface BreakerOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One small request; true when the portal answered it. */
  readonly probe: () => Promise<boolean>;
  /** After so long without an answer, ms, `giveUp` is called once. */
  readonly giveUpAfterMs: number;
  readonly giveUp: () => void;
  readonly onChange: (state: BreakerState, why: string) => void;
}

/** Lost answers in a row that are taken for an outage; single ones are settled row by row. */
const TRIP_AFTER = 5;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Holds all orders while the portal does not answer: no row's attempts are spent on an outage. A probe goes
 * out after growing pauses; when one is answered, a single order is the trial for all the others.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  const { clock, signal } = options;
  let state: BreakerState = 'closed';
  let why = '';
  let failuresInARow = 0;
  let openedAt = 0;
  let probes = 0;
  let trialTaken = false;
  let nextProbeAt: number | undefined;
  let listeners: (() => void)[] = [];

  const wakeAll = (): void => {
    const woken = listeners;
    listeners = [];
    for (const wake of woken) wake();
  };

  const become = (next: BreakerState): void => {
    if (state === next) return;
    state = next;
    options.onChange(next, why);
    wakeAll();
  };

  const probeUntilAnswered = async (): Promise<void> => {
    while (state === 'open' && !signal.aborted) {
      if (clock.monotonic() - openedAt >= options.giveUpAfterMs) {
        options.giveUp();
        return;
      }
      probes++;
      const pause = Math.min(LONGEST_PAUSE_MS, 200 + backoff(probes, clock.random()));
      const left = options.giveUpAfterMs - (clock.monotonic() - openedAt);
      nextProbeAt = clock.monotonic() + Math.min(pause, left);
      await clock.sleep(Math.min(pause, left), signal);
      nextProbeAt = undefined;
      if (signal.aborted || !(await probeInTime())) continue;
      trialTaken = false;
      become('half-open');
    }
  };

  /** A probe that hangs must not put off the end. */
  const probeInTime = async (): Promise<boolean> => {
    const left = options.giveUpAfterMs - (clock.monotonic() - openedAt);
    const answered = new AbortController();
    const tooLate = clock.sleep(left, answered.signal).then(() => false);
    try {
      return await Promise.race([options.probe(), tooLate]);
    } finally {
      answered.abort();
    }
  };

  const open = (): void => {
    if (state === 'open') return;
    if (state === 'closed') {
      openedAt = clock.monotonic();
      probes = 0;
    }
    become('open');
    void probeUntilAnswered();
  };

  return {
    state: () => state,
    nextProbeAt: () => nextProbeAt,
    admit: () => {
      if (state === 'closed') return true;
      if (state === 'open' || trialTaken) return false;
      trialTaken = true;
      return true;
    },
    handBack: () => {
      if (state !== 'half-open') return;
      trialTaken = false;
      wakeAll();
    },
    changed: (stop) =>
      new Promise((resolve) => {
        const wake = (): void => {
          stop.removeEventListener('abort', wake);
          resolve();
        };
        if (stop.aborted) return resolve();
        listeners.push(wake);
        stop.addEventListener('abort', wake, { once: true });
      }),
    answered: () => {
      failuresInARow = 0;
      // While open only a probe decides: an answer that was under way when the outage began is old news.
      if (state === 'half-open') become('closed');
    },
    failed: (certain, said) => {
      why = said;
      failuresInARow++;
      if (certain || state === 'half-open' || failuresInARow >= TRIP_AFTER) open();
    },
  };
}
