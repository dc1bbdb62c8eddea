import { describe, expect, it } from 'vitest';
import { leastLead, readBackTo, windowOf } from '../../../src/evidence/order-clock.js';

const HOUR = 3_600_000;
const order = (createTime: number, submittedAt: number, finishedAt: number) => ({
  createTime,
  submittedAt,
  finishedAt,
});

describe('the clock of the orders', () => {
  it('is learnt from orders whose times we know, as closely as they allow', () => {
    // Five minutes ahead: the second order was answered within 100 ms.
    const orders = [order(300_500, 0, 1_000), order(310_050, 10_000, 10_100)];
    expect(leastLead(orders)).toBe(299_950);
  });

  it.each([
    ['no orders', []],
    ['orders that contradict each other', [order(300_000, 0, 100), order(10_000, 10_000, 10_100)]],
  ])('is not known from %s', (_, orders) => {
    expect(leastLead(orders)).toBeUndefined();
  });

  it('that is cut to whole seconds contradicts nothing', () => {
    expect(leastLead([order(1_000, 1_900, 1_950), order(2_000, 2_010, 2_060)])).toBe(-60);
  });
});

describe('the window of a lost order', () => {
  it('begins, where the clock is known, when it was sent, and nothing of a day before is ruled out', () => {
    expect(windowOf(50_000, 300_000, 50_000)).toEqual({ since: 348_000, notBefore: 50_000 - 24 * HOUR });
  });

  it('is told by the Date header else, and nothing of a day before is ruled out', () => {
    expect(windowOf(50_000, undefined, 47_000)).toEqual({ since: 47_000, notBefore: 47_000 - 24 * HOUR });
    expect(readBackTo(47_000)).toBe(47_000 - 24 * HOUR);
  });
});
