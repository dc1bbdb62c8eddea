import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createStoreTime } from '../../../../src/pace/shared/store-time.js';

it('the store is known as well as its answers allow, however long they take in each direction', () => {
  const answer = fc.record({
    waitMs: fc.integer({ min: 0, max: 60_000 }),
    thereMs: fc.integer({ min: 0, max: 500 }),
    backMs: fc.integer({ min: 0, max: 500 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      // How much faster the store's clock goes: a share.
      fc.integer({ min: -900, max: 900 }).map((millionths) => millionths / 1e6),
      fc.array(answer, { minLength: 1, maxLength: 20 }),
      (offset, drift, answers) => {
        const time = createStoreTime();
        const storeAt = (local: number): number => local * (1 + drift) + offset;
        let now = 5_000;
        for (const { waitMs, thereMs, backMs } of answers) {
          now += waitMs;
          const received = now + thereMs + backMs;
          expect(time.answered(now, received, storeAt(now + thereMs))).toBe(true);
          now = received;
          expect(time.errorAt(now)).toBeLessThanOrEqual(((thereMs + backMs) / 2) * 1.002 + 0.02);
          for (const later of [now, now + 1_000])
            expect(Math.abs(time.at(later) - storeAt(later))).toBeLessThanOrEqual(time.errorAt(later) + 1e-3);
          expect(time.toLocal(time.at(now))).toBeCloseTo(now, 3);
        }
      },
    ),
  );
});

it('an answer that contradicts what was known is taken, and said', () => {
  const time = createStoreTime();
  expect(time.isKnown()).toBe(false);
  expect(time.answered(0, 10, 1_000)).toBe(true);
  expect(time.answered(100, 110, 1_105)).toBe(true);
  expect(time.answered(200, 210, 9_000)).toBe(false);
  expect(time.at(210)).toBeCloseTo(9_005);
});

it('what is in doubt is not known until the next answer, which is said to be new', () => {
  const time = createStoreTime();
  time.answered(0, 10, 1_000);
  time.doubt();
  expect(time.isKnown()).toBe(false);
  expect(time.answered(20, 30, 1_020)).toBe(false);
  expect(time.isKnown()).toBe(true);
});
