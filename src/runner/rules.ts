import type { SendSettings } from './context.js';
import type { RowEnd, Tally } from './events.js';

export const noRows: Tally = { succeeded: 0, pending: 0, failed: 0, in_doubt: 0 };

/** A percentage says nothing about the first few rows. */
const PERCENT_COUNTS_FROM = 20;

export const isGood = (status: RowEnd): boolean => status === 'succeeded' || status === 'pending';

export const finishedOf = (tally: Tally): number =>
  tally.succeeded + tally.pending + tally.failed + tally.in_doubt;
export const failuresOf = (tally: Tally): number => tally.failed + tally.in_doubt;

/** Whether more rows have failed or stayed in doubt than the user allows. */
export function tooManyFailures(tally: Tally, allowed: SendSettings['maxFailures']): boolean {
  const failures = failuresOf(tally);
  if ('count' in allowed) return failures > allowed.count;
  const finished = finishedOf(tally);
  return finished >= PERCENT_COUNTS_FROM && failures * 100 > allowed.percent * finished;
}
