import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPortalClock } from '../../../src/portal/portal-clock.js';

const header = (time: number): string => new Date(Math.floor(time / 1000) * 1000).toUTCString();

it('before anything was heard from the portal, its clock is taken for ours, with some slack', () => {
  const clock = createPortalClock();
  expect(clock.earliest(100_000)).toBe(98_000);
});

it('a portal whose clock is an hour behind is asked for orders from an hour earlier', () => {
  const clock = createPortalClock();
  clock.observe(header(6_400_000), 10_000_000);
  expect(clock.earliest(10_000_000)).toBe(6_398_000);
});

it('a date that nobody can read is passed over', () => {
  const clock = createPortalClock();
  clock.observe('yesterday', 5);
  clock.observe('', 5);
  expect(clock.earliest(100_000)).toBe(98_000);
});

it('the earliest time is never later than what the portal’s clock showed, however its answers travelled', () => {
  const observation = fc.record({
    answeredAt: fc.integer({ min: 1_000_000_000_000, max: 1_000_000_900_000 }),
    travelled: fc.integer({ min: 0, max: 60_000 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: -7_200_000, max: 7_200_000 }),
      fc.array(observation, { minLength: 1 }),
      fc.integer({ min: 1_000_000_000_000, max: 1_000_000_900_000 }),
      (offset, observations, when) => {
        const clock = createPortalClock();
        for (const { answeredAt, travelled } of observations)
          clock.observe(header(answeredAt + offset), answeredAt + travelled);
        expect(clock.earliest(when)).toBeLessThanOrEqual(when + offset);
        const slowest = Math.max(...observations.map(({ travelled }) => travelled));
        expect(clock.earliest(when)).toBeGreaterThanOrEqual(when + offset - slowest - 1_000 - 2_000);
      },
    ),
  );
});

it('one machine of many that is ahead does not move the earliest time on', () => {
  const clock = createPortalClock();
  clock.observe(header(100_000), 100_000);
  clock.observe(header(160_000), 100_000);
  expect(clock.earliest(100_000)).toBe(98_000);
});
