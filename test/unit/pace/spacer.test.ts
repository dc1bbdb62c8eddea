import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSpacer } from '../../../src/pace/spacer.js';

it('the first start may happen now, the others follow evenly', () => {
  const spacer = createSpacer();
  expect([1, 2, 3, 4].map(() => spacer.book(1_000, 10))).toStrictEqual([1_000, 1_100, 1_200, 1_300]);
});

it('no burst follows a quiet moment', () => {
  const spacer = createSpacer();
  spacer.book(0, 10);
  expect([1, 2, 3].map(() => spacer.book(60_000, 10))).toStrictEqual([60_000, 60_100, 60_200]);
});

it('without a limit every start may happen now', () => {
  const spacer = createSpacer();
  expect([1, 2, 3].map(() => spacer.book(5, Number.POSITIVE_INFINITY))).toStrictEqual([5, 5, 5]);
});

it('after a reset what was booked ahead is forgotten, what has happened is not', () => {
  const spacer = createSpacer();
  for (let i = 0; i < 50; i++) spacer.book(0, 10);
  spacer.started(0);
  spacer.reset();
  expect(spacer.book(10, 10)).toBe(100);
});

it('a start is never before now, and no second holds more than the rate', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }),
      (perSecond, gaps) => {
        const spacer = createSpacer(1.02);
        let now = 0;
        const starts = gaps.map((gap) => {
          now += gap;
          const start = spacer.book(now, perSecond);
          expect(start).toBeGreaterThanOrEqual(now);
          now = start;
          spacer.started(start);
          return start;
        });
        starts.forEach((start, i) => {
          const within = starts.slice(i).filter((at) => at < start + 1_000).length;
          expect(within).toBeLessThanOrEqual(perSecond);
        });
      },
    ),
  );
});
