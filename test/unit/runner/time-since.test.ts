import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeSince } from '../../../src/runner/time-since.js';

const FROM = { monotonic: 1_000, wall: 1_800_000_000_000 };

it.each([
  ['both clocks go on', 300, 300, 300],
  ['the machine was suspended for a minute', 300, 60_300, 60_300],
  ['the wall clock was set back by a minute', 300, -59_700, 300],
  ['it was set back by an hour in a suspend of a minute', 300, -3_540_000, 300],
  ['it was set forward by an hour', 300, 3_600_300, 3_600_300],
  ['no time has passed', 0, 0, 0],
])('%s', (_, monotonic, wall, passed) => {
  const now = { monotonic: FROM.monotonic + monotonic, wall: FROM.wall + wall };
  expect(timeSince(FROM, now)).toBe(passed);
});

it('never says less than the monotonic clock, whatever the wall clock is set to', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer(), (monotonic, wall) => {
      const now = { monotonic: FROM.monotonic + monotonic, wall: FROM.wall + wall };
      expect(timeSince(FROM, now)).toBeGreaterThanOrEqual(monotonic);
    }),
  );
});
