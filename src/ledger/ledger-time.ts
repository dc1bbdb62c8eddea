import type { Clock } from '../common/clock.js';

/**
 * A time that never runs faster than the real one, ms: it decides whether a lost answer has been watched for long
 * enough. Inside a process it follows the monotonic clock. Between two processes it stands still, because a wall
 * clock can be set: it moves on only as far as our clock and the portal's agree that time has passed.
 */
export interface LedgerTime {
  readonly now: () => number;
  /** Takes what two clocks show now, epoch ms: the smaller of the two steps since the mark counts. */
  readonly confirm: (wall: number, portal: number) => void;
}

/** A moment of an earlier process at which all three times were written down. */
export interface TimeMark {
  readonly at: number;
  readonly wall: number;
  readonly portal: number;
}

/** A `Date` header is cut to seconds, and several machines may write it. */
const SLACK_MS = 3_000;

/**
 * @param storedAt the ledger's time when it was last written
 * @param mark the last moment at which our clock and the portal's were written down with it
 */
export function createLedgerTime(
  storedAt: number,
  mark: TimeMark | undefined,
  clock: Pick<Clock, 'monotonic'>,
): LedgerTime {
  let base = storedAt - clock.monotonic();
  const now = (): number => Math.floor(base + clock.monotonic());
  return {
    now,
    confirm: (wall, portal) => {
      if (mark === undefined) return;
      const passed = Math.min(wall - mark.wall, portal - mark.portal) - SLACK_MS;
      base += Math.max(0, mark.at + passed - now());
    },
  };
}
