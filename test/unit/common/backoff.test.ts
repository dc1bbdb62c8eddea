import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff } from '../../../src/common/backoff.js';

describe('the wait before another try', () => {
  it('grows twofold from half a second to half a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempt) => backoff(attempt, 1))).toStrictEqual([
      500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000,
    ]);
  });

  it('lies anywhere between nothing and the step', () => {
    expect(backoff(3, 0)).toBe(0);
    expect(backoff(3, 0.5)).toBe(1000);
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const wait = backoff(attempt, random);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});
