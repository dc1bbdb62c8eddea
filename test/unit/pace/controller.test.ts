import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterPause, onAccepted, onPushback, type Refused } from '../../../src/pace/controller.js';
import { type Pace, rateOf, rebase, startRamp } from '../../../src/pace/pace.js';

const rate = (pace: Pace): number => rateOf(pace) ?? Number.POSITIVE_INFINITY;

/** A request that was refused, with so many taken in the second before it. */
const refused = (startedAt: number, count: number): Refused => ({
  startedAt,
  count,
  roomAt: startedAt + 1_000,
});

/** A pace to which so many requests were answered, one every 10 ms. */
function answered(pace: Pace, from: number, until: number): Pace {
  let next = pace;
  for (let now = from; now <= until; now += 10) next = onAccepted(next, now, now);
  return next;
}

/** Three requests that left after the last change, and were taken. */
const threeTaken = (pace: Pace, now: number): Pace =>
  [1, 2, 3].reduce((next, i) => onAccepted(next, now + i, now + i), pace);

const ramped = answered(startRamp(0), 0, 400);

describe('while no limit is met', () => {
  it('the pace doubles with the answers, and is free in the end', () => {
    expect(rate(answered(startRamp(0), 0, 500))).toBeGreaterThanOrEqual(4 * rate(startRamp(0)));
    expect(answered(startRamp(0), 0, 5_000)).toStrictEqual({ phase: 'free' });
  });

  it('the pace does not grow by answers to what left at a slower one', () => {
    const doubled = onAccepted(startRamp(0), 0, 1_000);
    expect(onAccepted(doubled, 0, 2_000)).toBe(doubled);
  });
});

describe('a limit that is met after few requests is searched for', () => {
  const search = onPushback(startRamp(0), refused(4, 1), 5);

  it('between what was taken in a second and what failed', () => {
    expect(rate(search)).toBeCloseTo(Math.sqrt(1 * 250));
  });

  it('faster after three that were taken, in steps of a half', () => {
    expect(rate(threeTaken(search, 100))).toBeCloseTo(Math.sqrt(250) * 1.5);
    expect(onAccepted(search, 101, 110)).toMatchObject({ perSecond: rate(search) });
  });

  it('slower after one that was refused', () => {
    expect(rate(onPushback(search, refused(10, 1), 12))).toBeCloseTo(Math.sqrt(rate(search)));
  });

  it('not by what was under way before', () => {
    expect(onPushback(search, refused(5, 1), 12)).toBe(search);
    expect(onAccepted(search, 5, 12)).toBe(search);
  });

  it('until both are close: then the pace is a little below what passed', () => {
    for (const limit of [3, 20, 40, 200]) {
      let pace = search;
      let now = 10;
      let failed = 0;
      while (pace.phase === 'search') {
        now += 1_000;
        if (rate(pace) <= limit) pace = threeTaken(pace, now);
        else {
          failed++;
          pace = onPushback(pace, refused(now, 1), now);
        }
      }
      expect(pace.phase).toBe('steady');
      expect(rate(pace) / limit).toBeGreaterThan(0.9);
      expect(rate(pace)).toBeLessThan(limit);
      expect(failed).toBeLessThanOrEqual(6);
    }
  });
});

describe('a limit that is met after many requests', () => {
  it('that takes no more at the rate of the last second is that of a second, which is waited for', () => {
    const tried = onPushback(ramped, refused(400, 40), 410);
    expect(tried).toMatchObject({ phase: 'search', perSecond: 40 });
    expect(onPushback(tried, refused(430, 40), 435)).toMatchObject({
      phase: 'steady',
      perSecond: 40 * 0.97,
      since: 1_430,
    });
  });

  it('that does take more is searched for above it', () => {
    const tried = onPushback(ramped, refused(400, 24), 410);
    expect(rate(threeTaken(tried, 500))).toBeCloseTo(24 * 1.5);
  });

  it('with a pause is read once the pause is over, however the requests overtook each other', () => {
    const full = onPushback(ramped, refused(390, 34), 400, 1_000);
    expect(full).toMatchObject({ phase: 'full', since: 1_400 });
    const longer = onPushback(full, refused(392, 36), 420, 1_000);
    expect(longer).toMatchObject({ since: 1_420 });
    if (longer.phase === 'full') expect(rate(afterPause(longer, 40))).toBeCloseTo(38.8);
  });

  it('has its first trial soon if it may be the size of a bucket, and late if it is known well', () => {
    const full = { phase: 'full', since: 0, pausedMs: 1_000 } as const;
    expect(afterPause(full, 20)).toMatchObject({ holdMs: 2_000, step: 0.5 });
    const known = afterPause(full, 40);
    if (known.phase === 'steady') expect(known.holdMs).toBeGreaterThan(60_000);
  });
});

describe('a pace that is held', () => {
  const held: Pace = {
    phase: 'steady',
    perSecond: 40,
    since: 0,
    holdMs: 1_500,
    from: 40,
    hasPassed: false,
    step: 0.05,
    failedAt: null,
    failures: 0,
  };

  it('loses 3 % when it is refused after a while, and twice as much each time if that did not help', () => {
    const once = onPushback(held, refused(5_000, 39), 5_000);
    expect(rate(once) / 40).toBeCloseTo(0.97);
    const twice = onPushback(once, refused(7_200, 34), 7_200);
    expect(rate(twice) / 40).toBeCloseTo(0.94);
    const thrice = onPushback(twice, refused(9_500, 33), 9_500);
    expect(rate(thrice) / 40).toBeCloseTo(0.88);
  });

  it('loses more when it is refused within its first second, but not below what was taken', () => {
    expect(rate(onPushback(held, refused(500, 10), 500)) / 40).toBeCloseTo(0.88);
    expect(rate(onPushback(held, refused(500, 38), 500))).toBeCloseTo(38 * 0.97);
  });

  it('loses little within its first second if it has passed before', () => {
    const back = { ...held, hasPassed: true };
    expect(rate(onPushback(back, refused(500, 38), 500)) / 40).toBeCloseTo(0.97);
  });

  it('falls at once to what is taken when that is far less', () => {
    expect(rate(onPushback(held, refused(5_000, 20), 5_000))).toBeCloseTo(20 * 0.97);
  });

  it('is not cut by what was under way at the last cut, or left in its pause', () => {
    const once = onPushback(held, refused(5_000, 39), 5_000);
    expect(onPushback(once, refused(5_990, 39), 6_000)).toBe(once);
  });

  it('comes back carefully when nothing at all was taken, but goes on after a pause that the portal asked for', () => {
    expect(onPushback(held, refused(5_000, 0), 5_000)).toMatchObject({ phase: 'search', low: 1 });
    expect(onPushback(held, refused(5_000, 0), 5_000, 1_000)).toBe(held);
  });

  it('has a trial after its time', () => {
    expect(onAccepted(held, 1_400, 1_450)).toBe(held);
    expect(onAccepted(held, 1_510, 1_550)).toMatchObject({ phase: 'trial', from: 40, step: 0.05 });
  });
});

describe('a trial of a higher pace', () => {
  const trial: Pace = { phase: 'trial', from: 40, since: 0, step: 0.05, failedAt: null, failures: 0 };

  it('that is refused leads back to the pace before it, and the next is smaller', () => {
    const back = onPushback(trial, refused(500, 39), 510);
    expect(back).toMatchObject({ phase: 'steady', perSecond: 40, step: 0.025, failures: 1 });
  });

  it('that is refused again and again comes ever later, but comes', () => {
    const holds: number[] = [];
    for (let failures = 0; failures < 9; failures++) {
      const back = onPushback({ ...trial, failures }, refused(500, 39), 510);
      if (back.phase === 'steady') holds.push(back.holdMs);
    }
    expect(holds.slice(0, 3)).toStrictEqual([1_500, 3_000, 6_000]);
    expect(holds.at(-1)).toBe(300_000);
  });

  it('that costs a long pause comes later', () => {
    const back = onPushback(trial, refused(500, 39), 510, 1_000);
    expect(back).toMatchObject({ holdMs: 61_500 });
  });

  it('that passes is followed by larger ones, until the pace is free', () => {
    let pace: Pace = trial;
    const rates: number[] = [];
    for (let now = 2_010; pace.phase === 'trial'; now += 2_010) {
      rates.push(rate(pace));
      pace = onAccepted(pace, now, now);
    }
    expect(pace).toStrictEqual({ phase: 'free' });
    const growth = rates.slice(1).map((next, i) => next / (rates[i] ?? next));
    expect(growth[0]).toBeLessThan(growth[1] ?? 0);
    expect(Math.max(...growth)).toBeLessThan(1.51);
  });

  it('does not go beyond a rate that has failed', () => {
    const passed = onAccepted({ ...trial, failedAt: 50 }, 2_010, 2_020);
    expect(rate(passed)).toBeLessThan(50);
    expect(onAccepted({ ...trial, failedAt: 43 }, 2_010, 2_020)).toMatchObject({
      phase: 'steady',
      perSecond: 42,
    });
  });

  it('that was a large one leads to a smaller one next', () => {
    const large = { ...trial, step: 0.5 };
    expect(onPushback(large, refused(500, 55), 510)).toMatchObject({ perSecond: 40, step: 0.25 });
  });

  it('with far less taken than before it is a limit that has fallen', () => {
    expect(rate(onPushback(trial, refused(1_500, 12), 1_510))).toBeLessThan(12);
  });
});

describe('whatever happens, and for however long', () => {
  const step = fc.record({
    after: fc.integer({ min: 0, max: 5_000 }),
    late: fc.integer({ min: 0, max: 1_000 }),
    count: fc.integer({ min: 0, max: 500 }),
    pause: fc.constantFrom(0, 0, 1_000),
    pushback: fc.boolean(),
  });
  const steps = fc.array(step, { maxLength: 80 });

  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
  const walk = (all: readonly Step[]): Pace[] => {
    let now = 0;
    let pace = startRamp(0);
    return all.map(({ after, late, count, pause, pushback }) => {
      now += after;
      if (pace.phase === 'full' && now >= pace.since) pace = afterPause(pace, count);
      pace = pushback
        ? onPushback(pace, refused(now - late, count), now, pause)
        : onAccepted(pace, now - late, now);
      return pace;
    });
  };

  it('the pace never falls to nothing, and its state survives JSON', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const pace of walk(all)) {
          expect(rate(pace)).toBeGreaterThan(0.9);
          expect(JSON.parse(JSON.stringify(pace))).toStrictEqual(pace);
        }
      }),
    );
  });

  it('it does the same by another clock', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: -1_000_000, max: 1_000_000 }), (all, by) => {
        const pace = walk(all).at(-1) ?? startRamp(0);
        const now = 500_000;
        const moved = onAccepted(rebase(pace, by), now + by, now + by);
        expect(moved).toStrictEqual(rebase(onAccepted(pace, now, now), by));
      }),
    );
  });
});
