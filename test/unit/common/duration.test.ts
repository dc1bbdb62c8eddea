import { expect, it } from 'vitest';
import { duration } from '../../../src/cli/option-values.js';
import { sayDuration, sayWait } from '../../../src/common/duration.js';

it.each([
  [0, '0ms'],
  [484.6, '485ms'],
  [1_000, '1s'],
  [59_600, '1m'],
  [90_000, '1m 30s'],
  [754_321, '12m 34s'],
  [3_599_700, '1h'],
  [12_600_000, '3h 30m'],
  [183_645_000, '2d 3h'],
])('%i ms are said as %s', (ms, expected) => {
  expect(sayDuration(ms)).toBe(expected);
});

it.each([
  [0, '0ms'],
  [1, '1s'],
  [6_001, '7s'],
  [60_000, '1m'],
])('a wait of %i ms is said as %s, in whole seconds and never too short', (ms, expected) => {
  expect(sayWait(ms)).toBe(expected);
});

it.each(['500ms', '30s', '5m', '2h', '30d'])('%s is said as it is typed', (typed) => {
  expect(sayDuration(duration.parse(typed))).toBe(typed);
});
