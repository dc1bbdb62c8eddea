import { backoff } from '../../common/backoff.js';
import type { Clock } from '../../common/clock.js';
import type { Problem } from '../../common/errors.js';
import { isOutOfReach } from './errors.js';

/** How long a database that cannot be reached is waited for, ms. */
export const PATIENCE_MS = 60_000;
/** The longest wait between two tries, ms. */
export const LONGEST_STEP_MS = 2_000;

export interface PatienceOptions {
  readonly clock: Clock;
  /** Aborted when the ledger is closed: nothing is waited for any more. */
  readonly closing: AbortSignal;
  /** Why there is no use in waiting: it is another database by now, say. */
  readonly lost: () => Problem | undefined;
  /** Told once that the database is waited for. */
  readonly onOutage: () => void;
}

/** Does work that may be done twice, and again if the connection to the database breaks meanwhile. */
export type Patience = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Waits for a database that cannot be reached, all who ask together for no longer than a minute, with backoff and jitter.
 * What is done must do no harm if it was done already: the answer to it may be all that was lost.
 */
export function createPatience({ clock, closing, lost, onOutage }: PatienceOptions): Patience {
  let outage: { readonly since: number; lastAt: number } | undefined;

  /** @returns whether to try again */
  const failed = (since: number): boolean => {
    const now = clock.monotonic();
    if (outage === undefined) onOutage();
    outage ??= { since: now, lastAt: now };
    outage.lastAt = now;
    return now - Math.min(since, outage.since) < PATIENCE_MS && !closing.aborted;
  };

  return async (work) => {
    let firstFailedAt: number | undefined;
    for (let tries = 1; ; tries++) {
      const from = clock.monotonic();
      try {
        const result = await work();
        // What was under way when others failed does not tell that the database is back.
        if (outage !== undefined && from > outage.lastAt) outage = undefined;
        return result;
      } catch (error) {
        const gone = lost();
        if (!isOutOfReach(error)) throw error;
        if (gone !== undefined) throw gone;
        firstFailedAt ??= clock.monotonic();
        if (!failed(firstFailedAt)) throw error;
        await clock.sleep(Math.min(LONGEST_STEP_MS, backoff(tries, clock.random())), closing);
      }
    }
  };
}
