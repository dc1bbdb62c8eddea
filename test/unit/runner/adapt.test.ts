import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdaptiveRate,
  currentRate,
  onAccepted,
  onPushback,
  startRamp,
} from '../../../src/runner/adapt.js';

/** A pace that was ramped up by answers until then. */
function ramped(until: number): AdaptiveRate {
  let rate = startRamp(0);
  for (let now = 0; now <= until; now += 10) rate = onAccepted(rate, now, now, 0);
  return rate;
}

describe('while no limit is met', () => {
  it('the pace doubles with the answers, and is free in the end', () => {
    const start = currentRate(startRamp(0), 0);
    expect(currentRate(ramped(500), 500)).toBeGreaterThanOrEqual(4 * start);
    expect(currentRate(ramped(5_000), 5_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('the pace does not grow without answers, nor by answers to what was sent at a slower one', () => {
    const rate = startRamp(0);
    expect(currentRate(rate, 60_000)).toBe(rate.base);
    const doubled = onAccepted(rate, 0, 1_000, 0);
    expect(onAccepted(doubled, 0, 2_000, 0)).toBe(doubled);
  });
});

describe('when the portal pushes back', () => {
  const before = ramped(400);

  it('the pace is cut below what was accepted, and held for a while', () => {
    const cut = onPushback(before, 390, 400, 40);
    expect(currentRate(cut, 400)).toBeLessThan(40);
    expect(currentRate(cut, 400)).toBeGreaterThan(35);
    expect(currentRate(cut, 1_400)).toBe(currentRate(cut, 400));
    expect(currentRate(cut, 20_000)).toBeGreaterThan(currentRate(cut, 400));
  });

  it('pushbacks to requests from before the cut do not cut again', () => {
    const cut = onPushback(before, 390, 400, 40);
    expect(onPushback(cut, 395, 450, 40)).toBe(cut);
    expect(onPushback(cut, 410, 450, 10)).not.toBe(cut);
  });

  it('one cut takes no more than a third', () => {
    const cut = onPushback(before, 390, 400, 100);
    const again = onPushback(cut, 450, 500, 20);
    expect(currentRate(again, 500)).toBeGreaterThan(currentRate(cut, 500) * 0.65);
  });

  it('where little was accepted, the pace comes back soon: it may have another reason', () => {
    const cut = onPushback(startRamp(0), 10, 20, 2);
    expect(currentRate(cut, 20)).toBeLessThan(startRamp(0).base);
    expect(currentRate(cut, 2_000)).toBeGreaterThan(startRamp(0).base);
  });

  it('the pace never falls to nothing, whatever happens and for however long', () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 5_000 }),
      late: fc.integer({ min: 0, max: 1_000 }),
      accepted: fc.integer({ min: 0, max: 500 }),
      pushback: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = 0;
        let rate = startRamp(0);
        for (const { after, late, accepted, pushback } of steps) {
          now += after;
          rate = pushback
            ? onPushback(rate, now - late, now, accepted)
            : onAccepted(rate, now - late, now, accepted);
          expect(currentRate(rate, now)).toBeGreaterThanOrEqual(4);
          expect(currentRate(rate, now)).not.toBeNaN();
        }
        expect(currentRate(rate, now + 600_000)).toBeGreaterThanOrEqual(currentRate(rate, now));
      }),
    );
  });
});

describe('what was under way at a cut', () => {
  it('raises the pace to what the portal is seen to take after all, and no further than it was', () => {
    const cut = onPushback(ramped(400), 390, 400, 20);
    const more = onAccepted(cut, 380, 450, 40);
    expect(currentRate(more, 450)).toBeCloseTo(39.2);
    expect(onAccepted(more, 460, 500, 60)).toBe(more);
    expect(currentRate(onAccepted(cut, 380, 450, 1_000_000), 450)).toBe(cut.cutFrom);
  });
});
