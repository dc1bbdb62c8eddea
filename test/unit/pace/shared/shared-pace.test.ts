import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pace } from '../../../../src/pace/pace.js';
import { type Booking, book, opensAt } from '../../../../src/pace/shared/book.js';
import {
  countBefore,
  lastAt,
  marked,
  recentOf,
  roomAt,
  unmarked,
} from '../../../../src/pace/shared/marks.js';
import {
  accepted,
  broughtUp,
  capOf,
  kept,
  needsNoSlots,
  pausedUntil,
  pushedBack,
  RESET_MS,
  readShared,
  released,
  reported,
  type SharedPace,
  uncounted,
  wasOutage,
} from '../../../../src/pace/shared/shared-pace.js';

const NOW = 1_000_000;

const begun = (cap?: number): SharedPace => broughtUp(undefined, NOW, cap);
const holding = (perSecond: number, more: Partial<SharedPace> = {}): SharedPace => {
  const pace: Pace = {
    phase: 'steady',
    perSecond,
    since: NOW - 10_000,
    holdMs: 60_000,
    from: perSecond,
    hasPassed: true,
    step: 0.05,
    failedAt: null,
    failures: 0,
  };
  return { ...begun(), pace, before: pace, ...more };
};
const booking = (more: Partial<Booking> = {}): Booking => ({
  now: NOW,
  count: 1,
  carefully: false,
  leadMs: 2,
  slackMs: 30,
  errorMs: 1,
  ...more,
});
const told = { at: NOW, retryAfterMs: undefined, random: 0.5, noticeMs: 15 };
const throughJson = (shared: SharedPace): SharedPace | undefined =>
  readShared(JSON.parse(JSON.stringify(shared)));

describe('slots', () => {
  it('are booked at the distance of the pace, from a moment on that can still be met', () => {
    const { shared, slots } = book(holding(40), booking({ count: 3 }));
    expect(slots.map(({ at }) => at - NOW)).toEqual([2, 27, 52]);
    expect(book(shared, booking()).slots.map(({ at }) => at - NOW)).toEqual([77]);
  });

  it('are booked for a second ahead at most', () => {
    const { slots } = book(holding(2), booking({ count: 10 }));
    expect(slots.map(({ at }) => at - NOW)).toEqual([2, 502]);
  });

  it('come after a pause, and none is booked while what was taken before it is to be counted', () => {
    const paused = pausedUntil(holding(40), NOW + 500, NOW);
    expect(book(paused, booking()).slots[0]?.at).toBe(NOW + 500);
    const full = { ...paused, pace: { phase: 'full', since: NOW + 500, pausedMs: 500 } as const };
    expect(book(full, booking()).slots).toEqual([]);
    expect(opensAt(full, booking())).toBeGreaterThan(NOW + 500);
  });

  it('with a --rate leave room for what may leave as late as it may', () => {
    const capped = { ...holding(1_000), cap: { perSecond: 2, until: NOW + 60_000 } };
    const first = book(capped, booking({ count: 2 }));
    expect(first.slots).toHaveLength(2);
    const [one] = first.slots;
    const next = opensAt(first.shared, booking());
    expect(next).toBeGreaterThanOrEqual((one?.latest ?? 0) + 1_000 + 1);
    const gone = released(first.shared, one?.latest ?? 0, null);
    expect(opensAt(gone, booking())).toBeLessThan(next);
  });

  it('of a search go at the rate that passed while no order was taken, for who is careful', () => {
    const pace: Pace = { phase: 'search', low: 10, high: 40, perSecond: 20, since: NOW, taken: 0 };
    const distance = (more: Partial<SharedPace>, carefully: boolean): number => {
      const { slots } = book(holding(1, { pace, ...more }), booking({ count: 2, carefully }));
      return (slots[1]?.at ?? 0) - (slots[0]?.at ?? 0);
    };
    expect(distance({}, false)).toBe(50);
    expect(distance({}, true)).toBe(100);
    expect(distance({ orderTaken: true }, true)).toBe(50);
  });
});

describe('a pushback', () => {
  it('voids what is booked, and holds all until they have heard of it', () => {
    const { shared } = book(holding(40), booking({ count: 3 }));
    const after = pushedBack(reported(shared, [NOW - 20, NOW - 10]), NOW - 10, told);
    expect(after.era).toBe(shared.era + 1);
    expect(after.pausedUntil).toBeGreaterThanOrEqual(NOW + 15);
    expect(after.marks).toEqual([
      [NOW - 20, 1, 0],
      [NOW - 10, 0, 1],
    ]);
  });

  it('of what left before the last one changes nothing but the count', () => {
    const since = NOW - 5;
    const shared = reported(holding(40, { pace: { ...holding(40).pace, since } as Pace }), [
      NOW - 20,
      NOW - 10,
    ]);
    const after = pushedBack(shared, NOW - 10, told);
    expect(after.era).toBe(shared.era);
    expect(after.marks.at(-1)).toEqual([NOW - 10, 0, 1]);
  });
});

describe('what was taken', () => {
  it('changes nothing while a pace is held', () => {
    const shared = holding(40);
    expect(accepted(shared, NOW - 10, NOW, 15)).toBe(shared);
  });

  it('begins a step of a search when nobody has a slot of the last one', () => {
    const pace: Pace = { phase: 'search', low: 10, high: 40, perSecond: 20, since: NOW - 200, taken: 2 };
    const { shared } = book(holding(1, { pace, before: pace }), booking({ count: 3 }));
    const after = accepted(shared, NOW - 10, NOW, 15);
    expect(after.pace).toMatchObject({ phase: 'search', low: 20, since: NOW + 15 });
    expect(after).toMatchObject({ era: shared.era + 1, pausedUntil: NOW + 15, marks: [] });
  });

  it('raises the ramp after the last slot that is booked', () => {
    const { shared } = book(begun(), booking({ count: 50 }));
    const after = accepted(shared, NOW + 1, NOW + 100, 15);
    expect(after.pace).toMatchObject({ phase: 'ramp', perSecond: 500, since: shared.marks.at(-1)?.[0] });
  });
});

describe('an outage', () => {
  it('of one worker says nothing if others are served', () => {
    const cut = holding(10, { before: holding(40).pace, acceptedAt: NOW - 5_000 });
    expect(wasOutage(cut, NOW - 4_000, NOW).pace).toMatchObject({ perSecond: 40 });
    expect(wasOutage(cut, NOW - 6_000, NOW)).toBe(cut);
  });
});

describe('--rate', () => {
  it('begins with a pause, since what left before was not counted', () => {
    const shared = begun(20);
    expect(capOf(shared, NOW)).toBe(20);
    expect(shared.pausedUntil).toBe(NOW + RESET_MS);
    expect(broughtUp(shared, NOW + 1, 20)).toBe(shared);
  });

  it.each([
    ['less', 10, 10, true],
    ['more', 30, 20, false],
    ['none', undefined, 20, false],
  ])('of another worker that is %s: the least holds', (_, other, least, pauses) => {
    const shared = begun(20);
    const after = broughtUp(shared, NOW + 10_000, other);
    expect(capOf(after, NOW + 10_000)).toBe(least);
    expect((after.pausedUntil ?? 0) > (shared.pausedUntil ?? 0)).toBe(pauses);
  });

  it('runs out a minute after its workers were last heard of', () => {
    const shared = begun(20);
    expect(capOf(broughtUp(shared, NOW + 40_000, 20), NOW + 90_000)).toBe(20);
    expect(capOf(shared, NOW + 61_000)).toBeUndefined();
  });

  it.each([
    ['free', { phase: 'free' }, undefined, true],
    ['free', { phase: 'free' }, 20, false],
    ['the ramp, at first', { phase: 'ramp', perSecond: 250, since: NOW }, undefined, false],
    ['the ramp, later', { phase: 'ramp', perSecond: 2_000, since: NOW }, undefined, true],
  ] as const)('and the pace tell whether slots are needed: %s', (_, pace, cap, none) => {
    expect(needsNoSlots({ ...begun(cap), pace }, NOW)).toBe(none);
  });
});

describe('a state', () => {
  it('survives JSON, and one of another shape is not read', () => {
    for (const shared of [begun(), begun(20), book(holding(40), booking({ count: 3 })).shared])
      expect(throughJson(shared)).toStrictEqual(shared);
    const same = throughJson(holding(40));
    expect(same?.before).toBe(same?.pace);
    expect([null, 'text', {}, { shape: 2 }].map(readShared)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('follows a clock that was set back, and forgets what is over', () => {
    const later = kept(book(holding(40), booking({ count: 3 })).shared, NOW);
    const back = broughtUp(later, NOW - 3_600_000, undefined);
    expect(back.marks.map(([at]) => at - NOW + 3_600_000)).toEqual([2, 27, 52]);
    expect(back.pace).toMatchObject({ since: NOW - 3_610_000 });
    expect(kept(later, NOW + 10_000).marks).toEqual([]);
  });

  it('has no number that JSON cannot hold, whatever happens', () => {
    const step = fc.record({
      what: fc.constantFrom('book', 'taken', 'slower', 'pause', 'report', 'uncounted', 'outage'),
      waitMs: fc.integer({ min: 0, max: 3_000 }),
      retryAfterMs: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
        fc.array(step),
        (cap, steps) => {
          let shared = begun(cap);
          let now = NOW;
          for (const { what, waitMs, retryAfterMs } of steps) {
            now += waitMs;
            shared = broughtUp(shared, now, cap);
            const moment = shared.marks.at(-1)?.[0] ?? now;
            if (what === 'book') shared = book(shared, booking({ now, count: 5 })).shared;
            if (what === 'taken') shared = accepted(shared, moment, now, 15);
            if (what === 'slower') shared = pushedBack(shared, moment, { ...told, at: now, retryAfterMs });
            if (what === 'pause') shared = pausedUntil(shared, now + waitMs, now);
            if (what === 'report') shared = reported(shared, [now]);
            if (what === 'uncounted') shared = uncounted(shared, moment);
            if (what === 'outage') shared = wasOutage(shared, now - waitMs, now);
            shared = kept(shared, now);
            expect(throughJson(shared)).toStrictEqual(shared);
          }
        },
      ),
    );
  });
});

it('marks are counted as single starts are', () => {
  const marks = marked([], [300, 100, 100, 1_100]);
  expect(marks).toEqual([
    [100, 2, 0],
    [300, 1, 0],
    [1_100, 1, 0],
  ]);
  expect(countBefore(marks, 1_100)).toBe(3);
  expect(countBefore(marks, 1_101)).toBe(2);
  expect(roomAt(marks, 2, 1_000)).toBe(1_300);
  expect(roomAt(marks, 4, 1_000)).toBe(1_100);
  expect(roomAt(marks, 5, 1_000)).toBe(Number.NEGATIVE_INFINITY);
  expect(recentOf(marks).countLast()).toBe(4);
  const less = unmarked(unmarked(marks, 1_100), 7);
  expect(lastAt(less)).toBe(300);
  expect(recentOf(less).countSince(99)).toBe(4);
  expect(lastAt([])).toBe(Number.NEGATIVE_INFINITY);
});
