import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdaptiveRate,
  currentRate,
  onAccepted,
  onPushback,
  startRamp,
} from '../../../src/pace/controller.js';

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
    expect(currentRate(cut, 80_000)).toBeGreaterThan(currentRate(cut, 400));
  });

  it('pushbacks to requests from before the cut do not cut again', () => {
    const cut = onPushback(before, 390, 400, 40);
    expect(onPushback(cut, 395, 450, 40)).toBe(cut);
    expect(onPushback(cut, 1_410, 1_450, 10)).not.toBe(cut);
  });

  it('one cut takes no more than two fifths', () => {
    const cut = onPushback(before, 390, 400, 100);
    const again = onPushback(cut, 1_450, 1_500, 20);
    expect(currentRate(again, 1_500)).toBeGreaterThan(currentRate(cut, 400) * 0.59);
  });

  it('more pushbacks within the second that was full already do not cut again', () => {
    const cut = onPushback(before, 390, 400, 40);
    expect(onPushback(cut, 1_390, 1_400, 40)).toBe(cut);
    expect(onPushback(cut, 1_410, 1_420, 40)).not.toBe(cut);
  });

  it('the pause that the portal asked for is no part of the time for which the pace is held', () => {
    const cut = onPushback(before, 390, 400, 20, 30_400);
    expect(currentRate(cut, 32_000)).toBe(currentRate(cut, 400));
    expect(currentRate(cut, 32_500)).toBeGreaterThan(currentRate(cut, 400));
  });

  it('the first trial waits long where so many were accepted that the limit is known well', () => {
    const firstTrial = (accepted: number): number => onPushback(before, 390, 400, accepted).holdMs;
    expect(firstTrial(20)).toBe(2_000);
    expect(firstTrial(40)).toBe(60_000);
    expect(onAccepted(onPushback(before, 390, 400, 20), 380, 450, 40).holdMs).toBe(60_000);
  });

  it('a pace that jitter took to the limit loses little; one that fails at once, or again, was far above it', () => {
    const cut = onPushback(before, 390, 400, 40, 1_400);
    const shareLeft = (rate: typeof cut, startedAt: number): number => {
      const next = onPushback(rate, startedAt, startedAt, 39, startedAt + 1_000);
      return next.base / rate.base;
    };
    expect(shareLeft(cut, 2_500)).toBeCloseTo(0.97);
    expect(shareLeft(cut, 1_900)).toBeCloseTo(0.85);
    expect(shareLeft(onPushback(cut, 2_500, 2_500, 39, 3_500), 4_700)).toBeCloseTo(0.85);
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

describe('a trial of a higher pace', () => {
  const cut = onPushback(ramped(400), 390, 400, 20);
  const trialAt = 400 + cut.holdMs + 10;

  it('that the portal turns away leads back to the pace before it, for long', () => {
    expect(currentRate(cut, trialAt)).toBeGreaterThan(cut.base);
    const back = onPushback(cut, trialAt + 500, trialAt + 510, 20);
    expect(currentRate(back, trialAt + 510)).toBe(cut.base);
    expect(currentRate(back, trialAt + 60_000)).toBe(cut.base);
    expect(currentRate(back, trialAt + 61_000)).toBeGreaterThan(cut.base);
  });

  it('that fails again and again comes ever later, but comes', () => {
    const holds: number[] = [];
    let rate = cut;
    for (let now = trialAt, i = 0; i < 6; i++) {
      rate = onPushback(rate, now + 500, now + 510, 20);
      holds.push(rate.holdMs);
      now += 510 + rate.holdMs + 10;
    }
    expect(holds).toEqual([60_000, 120_000, 240_000, 300_000, 300_000, 300_000]);
  });

  it('that passes is followed by larger ones, until the pace is free', () => {
    const paceAfter = (trials: number): number => currentRate(cut, trialAt + trials * 2_000);
    expect(paceAfter(1) / paceAfter(0)).toBeGreaterThan(paceAfter(0) / cut.base);
    expect(paceAfter(60)).toBe(Number.POSITIVE_INFINITY);
  });

  it('that was a large one leads to a smaller one next', () => {
    const large = trialAt + 3 * 2_000;
    const held = currentRate(cut, large) / 1.5;
    const back = onPushback(cut, large + 500, large + 510, Math.round(held * 1.4));
    expect(currentRate(back, large + 510)).toBeGreaterThan(held * 0.9);
    const next = currentRate(back, large + 510 + 2_010);
    expect(next).toBeGreaterThan(currentRate(back, large + 510));
    expect(next).toBeLessThan(currentRate(cut, large));
  });

  it('far less accepted than before is a limit that has fallen', () => {
    const fallen = onPushback(cut, trialAt + 500, trialAt + 510, 12);
    expect(currentRate(fallen, trialAt + 510)).toBeLessThan(13);
  });
});

describe('what was under way at a cut', () => {
  it('raises the pace to what the portal is seen to take after all, and no further than it was', () => {
    const cut = onPushback(ramped(400), 390, 400, 20);
    const more = onAccepted(cut, 380, 450, 40);
    expect(currentRate(more, 450)).toBeCloseTo(38.8);
    expect(onAccepted(more, 460, 500, 60)).toBe(more);
    expect(currentRate(onAccepted(cut, 380, 450, 1_000_000), 450)).toBe(cut.failedAt);
  });
});
