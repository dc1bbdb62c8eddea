import { describe, expect, it, onTestFinished } from 'vitest';
import { type BreakerState, createBreaker } from '../../../src/pace/breaker.js';
import { virtualClock } from '../../support/virtual-clock.js';

/** A breaker of a portal that answers probes or does not. */
function breakerOf(options: { giveUpAfterMs?: number } = {}) {
  const clock = virtualClock(() => 0.5);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const states: BreakerState[] = [];
  const portal = { alive: false, probes: [] as number[] };
  let givenUp = 0;
  const breaker = createBreaker({
    clock,
    signal: stop.signal,
    probe: async () => {
      portal.probes.push(clock.monotonic());
      return portal.alive;
    },
    giveUpAfterMs: options.giveUpAfterMs ?? 600_000,
    giveUp: () => {
      givenUp++;
    },
    onChange: (state) => states.push(state),
  });
  const fail = (times: number, certain = false): void => {
    for (let i = 0; i < times; i++) breaker.failed(certain, 'no answer in time');
  };
  return { breaker, clock, stop, states, portal, fail, givenUp: () => givenUp };
}

describe('orders are held', () => {
  it('at once when the portal cannot be reached', () => {
    const { breaker, fail } = breakerOf();
    expect(breaker.admit()).toBe(true);
    fail(1, true);
    expect(breaker.state()).toBe('open');
    expect(breaker.admit()).toBe(false);
  });

  it('after five lost answers in a row, not after four', () => {
    const { breaker, fail } = breakerOf();
    fail(4);
    expect(breaker.admit()).toBe(true);
    fail(1);
    expect(breaker.admit()).toBe(false);
  });

  it('not by lost answers with others between them', () => {
    const { breaker, fail } = breakerOf();
    for (let i = 0; i < 10; i++) {
      fail(4);
      breaker.answered();
    }
    expect(breaker.state()).toBe('closed');
  });

  it('until a probe is answered: an answer that was under way is old news', async () => {
    const { breaker, clock, portal, fail } = breakerOf();
    fail(1, true);
    breaker.answered();
    expect(breaker.state()).toBe('open');
    portal.alive = true;
    await clock.runUntil(20_000);
    expect(breaker.state()).toBe('half-open');
    expect(portal.probes).toHaveLength(1);
  });
});

describe('after an answered probe', () => {
  async function halfOpen() {
    const all = breakerOf();
    all.portal.alive = true;
    all.fail(1, true);
    await all.clock.runUntil(20_000);
    expect(all.breaker.state()).toBe('half-open');
    return all;
  }

  it('one order alone is the trial', async () => {
    const { breaker } = await halfOpen();
    expect([breaker.admit(), breaker.admit(), breaker.admit()]).toStrictEqual([true, false, false]);
  });

  it('all go again when the trial is answered', async () => {
    const { breaker, states } = await halfOpen();
    breaker.admit();
    breaker.answered();
    expect([breaker.admit(), breaker.admit()]).toStrictEqual([true, true]);
    expect(states).toStrictEqual(['open', 'half-open', 'closed']);
  });

  it('all are held again when the trial is lost', async () => {
    const { breaker, clock, fail } = await halfOpen();
    breaker.admit();
    fail(1);
    expect(breaker.state()).toBe('open');
    await clock.runUntil(60_000);
    expect(breaker.state()).toBe('half-open');
    expect(breaker.admit()).toBe(true);
  });

  it('another is the trial when the first did not send after all', async () => {
    const { breaker } = await halfOpen();
    breaker.admit();
    breaker.handBack();
    expect(breaker.admit()).toBe(true);
  });
});

describe('probes', () => {
  it('go out after growing pauses, fifteen seconds at most', async () => {
    const { clock, portal, fail } = breakerOf();
    fail(1, true);
    await clock.runUntil(120_000);
    const pauses = portal.probes.map((at, i) => at - (portal.probes[i - 1] ?? 0));
    expect(pauses.slice(0, 4)).toStrictEqual([450, 700, 1_200, 2_200]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15_000);
    expect(portal.probes.length).toBeGreaterThan(9);
  });

  it('end when the portal was away for too long, which is said once', async () => {
    const { breaker, clock, portal, fail, givenUp } = breakerOf({ giveUpAfterMs: 30_000 });
    fail(1, true);
    await clock.runUntil(29_000);
    expect(givenUp()).toBe(0);
    await clock.runUntil(200_000);
    expect(givenUp()).toBe(1);
    expect(portal.probes.at(-1)).toBeLessThanOrEqual(30_000);
    expect(breaker.state()).toBe('open');
  });

  it('are counted from the first loss on, also when a trial was lost in between', async () => {
    const { breaker, clock, portal, fail, givenUp } = breakerOf({ giveUpAfterMs: 30_000 });
    fail(1, true);
    portal.alive = true;
    await clock.runUntil(20_000);
    portal.alive = false;
    breaker.admit();
    fail(1);
    await clock.runUntil(31_000);
    expect(givenUp()).toBe(1);
  });

  it('end when the run stops', async () => {
    const { clock, stop, portal, fail, givenUp } = breakerOf({ giveUpAfterMs: 30_000 });
    fail(1, true);
    stop.abort();
    await clock.runUntil(100_000);
    expect(portal.probes).toStrictEqual([]);
    expect(givenUp()).toBe(0);
  });

  it('tell when the next one goes', async () => {
    const { breaker, clock, fail } = breakerOf();
    expect(breaker.nextProbeAt()).toBeUndefined();
    fail(1, true);
    await clock.runUntil(0);
    expect(breaker.nextProbeAt()).toBe(450);
  });
});

describe('who waits for a change', () => {
  it('is woken by it, all of them', async () => {
    const { breaker, stop, fail } = breakerOf();
    const waiting = Promise.all([breaker.changed(stop.signal), breaker.changed(stop.signal)]);
    fail(1, true);
    await waiting;
  });

  it('is woken when the run stops', async () => {
    const { breaker, stop } = breakerOf();
    const waiting = breaker.changed(stop.signal);
    stop.abort();
    await waiting;
  });

  it('that has come already, because the run stopped before, does not wait for ever', async () => {
    const { breaker, stop } = breakerOf();
    stop.abort();
    await breaker.changed(stop.signal);
  }, 500);
});
