import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../src/common/retry-after.js';

const NOW = Date.parse('2026-06-01T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['seconds', '7', 7_000],
    ['no seconds: it would be sent again at once', '0', undefined],
    ['seconds with spaces around', ' 12 ', 12_000],
    ['parts of a second, which are no standard', '1.5', 1_500],
    ['a date', 'Mon, 01 Jun 2026 12:00:30 GMT', 30_000],
    ['a date in the old form', 'Monday, 01-Jun-26 12:00:30 GMT', 30_000],
    ['a date that is over: the same', 'Mon, 01 Jun 2026 11:00:00 GMT', undefined],
    ['a date that is now: the same', 'Mon, 01 Jun 2026 12:00:00 GMT', undefined],
    ['absurdly many seconds: then ten minutes', '999999999999', 600_000],
    ['a date far off: then ten minutes', 'Fri, 01 Jun 2046 12:00:00 GMT', 600_000],
    ['nothing', undefined, undefined],
    ['empty', '', undefined],
    ['spaces', '   ', undefined],
    ['less than nothing', '-5', undefined],
    ['words', 'soon', undefined],
    ['a duration', '120s', undefined],
    ['a year alone', '2026-13-45', undefined],
    ['words with a number', 'retry in 10', undefined],
  ])('that says %s', (_, header, expected) => {
    expect(parseRetryAfter(header, NOW)).toBe(expected);
  });

  it('whatever it says asks for a wait of up to ten minutes, or for none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (header) => {
        const wait = parseRetryAfter(header, NOW);
        if (wait === undefined) return;
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(600_000);
      }),
      { numRuns: 1_000 },
    );
  });
});
