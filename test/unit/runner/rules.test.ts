import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failuresOf, finishedOf, isGood, noRows, tooManyFailures } from '../../../src/runner/rules.js';

const tally = (more: Partial<typeof noRows>) => ({ ...noRows, ...more });

describe('too many failures', () => {
  it.each([
    ['a number is allowed to be reached', { failed: 5 }, { count: 5 }, false],
    ['a number is not allowed to be passed', { failed: 4, in_doubt: 2 }, { count: 5 }, true],
    ['none allowed: the first is too many', { failed: 1 }, { count: 0 }, true],
    ['none allowed: none is none', { succeeded: 9 }, { count: 0 }, false],
    ['a percentage says nothing about 19 rows', { failed: 19 }, { percent: 25 }, false],
    ['a percentage counts from 20 rows on', { failed: 6, succeeded: 14 }, { percent: 25 }, true],
    ['a percentage is allowed to be reached', { failed: 5, succeeded: 15 }, { percent: 25 }, false],
    ['pending rows are finished and good', { failed: 5, pending: 15 }, { percent: 25 }, false],
    ['rows in doubt are failures', { in_doubt: 6, pending: 14 }, { percent: 25 }, true],
    ['all may fail at 100 %', { failed: 50 }, { percent: 100 }, false],
    ['0 % allows none', { failed: 1, succeeded: 99 }, { percent: 0 }, true],
    ['parts of a percent count', { failed: 2, succeeded: 198 }, { percent: 0.5 }, true],
  ])('%s', (_, rows, allowed, expected) => {
    expect(tooManyFailures(tally(rows), allowed)).toBe(expected);
  });

  it('never become few again by one more failure', () => {
    const count = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 0, max: 100 }), (failed, succeeded, percent) => {
        fc.pre(tooManyFailures(tally({ failed, succeeded }), { percent }));
        expect(tooManyFailures(tally({ failed: failed + 1, succeeded }), { percent })).toBe(true);
      }),
    );
  });
});

it('every end of a row is good or a failure, and finished', () => {
  for (const status of ['succeeded', 'pending', 'failed', 'in_doubt'] as const) {
    const one = tally({ [status]: 1 });
    expect(finishedOf(one)).toBe(1);
    expect(failuresOf(one)).toBe(isGood(status) ? 0 : 1);
  }
});
