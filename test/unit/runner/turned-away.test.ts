import { expect, it } from 'vitest';
import { onTurnedAway, type TurnedAway } from '../../../src/runner/turned-away.js';

/** A row that is turned away at these times (ms): what it has spent after each, and when it was used up. */
function play(times: readonly number[], maxAttempts: number, already = 0) {
  let before: TurnedAway | undefined;
  let attempts = already;
  for (const time of times) {
    const { turnedAway, spends, usedUp } = onTurnedAway(before, time, attempts, maxAttempts);
    before = turnedAway;
    if (spends) attempts++;
    if (usedUp) return { attempts, usedUpAt: time, times: turnedAway.times };
  }
  return { attempts, usedUpAt: undefined, times: before?.times };
}

const every = (ms: number, until: number): number[] =>
  Array.from({ length: Math.floor(until / ms) + 1 }, (_, at) => at * ms);

it.each([
  ['once', [0], 5, 0, { attempts: 1, usedUpAt: undefined, times: 1 }],
  ['for three seconds, spends one', every(100, 3_000), 5, 0, { attempts: 1, usedUpAt: undefined, times: 31 }],
  [
    'for good, is used up in the end',
    every(100, 60_000),
    5,
    0,
    { attempts: 5, usedUpAt: 20_000, times: 201 },
  ],
  [
    'every minute, as asked, spends each time',
    every(60_000, 600_000),
    5,
    0,
    { attempts: 5, usedUpAt: 240_000, times: 5 },
  ],
  [
    'with one attempt left, is not used up by a short outage',
    every(100, 3_000),
    5,
    4,
    { attempts: 5, usedUpAt: undefined, times: 31 },
  ],
  ['with none left, neither', every(100, 3_000), 5, 5, { attempts: 5, usedUpAt: undefined, times: 31 }],
  [
    'with one attempt alone, is used up after the outage',
    every(100, 9_000),
    1,
    0,
    { attempts: 1, usedUpAt: 5_000, times: 51 },
  ],
] as const)('a row that is turned away %s', (_, times, maxAttempts, already, expected) => {
  expect(play(times, maxAttempts, already)).toEqual(expected);
});
