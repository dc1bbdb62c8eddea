import { expect, it } from 'vitest';
import { noProgress, type ProgressState } from '../../../src/output/progress-state.js';
import { type RunMoment, sayProgress } from '../../../src/output/say-progress.js';

const OPEN = { portal: 'closed', nextProbeAt: undefined, limitedTo: undefined, pausedMs: 0 } as const;
const AFTER_10_S: RunMoment = {
  now: 11_000,
  startedAt: 1_000,
  rows: 100,
  settleMs: 30_000,
  gate: OPEN,
  goesOn: true,
};
const half: ProgressState = { ...noProgress, tally: { ...noProgress.tally, succeeded: 50 } };

it.each<readonly [string, Partial<ProgressState>, Partial<RunMoment>, string]>([
  ['at its start', { tally: noProgress.tally }, { now: 1_000 }, ''],
  ['half way', { inFlight: 5 }, {}, '5.0/s, 10s left, 5 in flight'],
  ['at its end', {}, { goesOn: false }, '5.0/s'],
  [
    'with rows that failed or are in doubt',
    { tally: { succeeded: 40, pending: 0, failed: 8, in_doubt: 2 } },
    {},
    '5.0/s, 10s left, 8 failed, 2 in doubt',
  ],
  [
    'that looks for a lost answer',
    { tally: { ...noProgress.tally, succeeded: 99 }, settling: 1, lostAt: 1_000 },
    {},
    '9.9/s, 20s left, 1 lost answer looked for',
  ],
  ['that has met a limit', {}, { gate: { ...OPEN, limitedTo: 12.34 } }, '5.0/s, 10s left, pace 12.3/s'],
  ['that is paused', {}, { gate: { ...OPEN, pausedMs: 7_000 } }, '5.0/s, 10s left, paused 7s'],
  [
    'whose portal is down',
    { down: true },
    { gate: { ...OPEN, portal: 'open', nextProbeAt: 14_000 } },
    '5.0/s, the portal has a problem, next try in 3s',
  ],
  [
    'whose portal is being tried',
    { down: true },
    { gate: { ...OPEN, portal: 'half-open' } },
    '5.0/s, the portal has a problem',
  ],
])('says of a run %s how it goes', (_, state, moment, said) => {
  expect(sayProgress({ ...half, ...state }, { ...AFTER_10_S, ...moment })).toBe(said);
});
