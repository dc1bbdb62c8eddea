import { expect, it } from 'vitest';
import { timeLeft } from '../../../src/output/time-left.js';

const run = { left: 50, settling: 0, ended: 50, ms: 10_000, settleMs: 30_000, sinceLostMs: 0 };

it.each([
  ['as long as the rows before took', {}, 10_000],
  ['as long as a lost answer is looked for, if that is longer', { settling: 2 }, 30_000],
  ['less, the longer it has been looked for', { settling: 2, sinceLostMs: 25_000 }, 9_600],
  [
    'what is left of the looking, if nothing else is to be sent',
    { left: 2, settling: 2, ended: 0, sinceLostMs: 10_000 },
    20_000,
  ],
  ['not known before the first row has ended', { ended: 0 }, undefined],
  ['not known at the end', { left: 0 }, undefined],
])('the time left is %s', (_, more, expected) => {
  expect(timeLeft({ ...run, ...more })).toBe(expected);
});
