import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admit,
  type Breaker,
  closed,
  onAnswered,
  onLost,
  onProbe,
  onUnsent,
} from '../../../src/pace/breaker.js';

const lose = (breaker: Breaker, times: number, certain = false, now = 0): Breaker =>
  Array.from({ length: times }).reduce<Breaker>((last) => onLost(last, certain, now, 0.5), breaker);

const open = lose(closed, 1, true);
const halfOpen = onProbe(open, true, 450, 0.5);

describe('orders are held', () => {
  it('at once when the portal cannot be reached', () => {
    expect(admit(closed)).toBeDefined();
    expect(open.state).toBe('open');
    expect(admit(open)).toBeUndefined();
  });

  it('after five lost answers in a row, not after four', () => {
    expect(lose(closed, 4).state).toBe('closed');
    expect(lose(closed, 5).state).toBe('open');
  });

  it('not by lost answers with others between them', () => {
    let breaker = closed;
    for (let i = 0; i < 10; i++) breaker = onAnswered(lose(breaker, 4));
    expect(breaker.state).toBe('closed');
  });

  it('until a probe is answered: an answer that was under way is old news', () => {
    expect(onAnswered(open)).toBe(open);
    expect(halfOpen.state).toBe('half-open');
  });
});

describe('after an answered probe', () => {
  it('one order alone is the trial', () => {
    const tried = admit(halfOpen);
    expect(tried).toMatchObject({ state: 'half-open' });
    expect(tried && admit(tried)).toBeUndefined();
  });

  it('all go again when the trial is answered', () => {
    expect(onAnswered(halfOpen)).toBe(closed);
  });

  it('all are held again when the trial is lost, and the outage is as old as it was', () => {
    expect(onLost(halfOpen, false, 500, 0.5)).toMatchObject({ state: 'open', since: 0, probes: 1 });
  });

  it('another is the trial when the first did not leave after all', () => {
    const tried = admit(halfOpen) ?? closed;
    expect(admit(onUnsent(tried))).toBeDefined();
  });

  it('a late answer to a probe changes nothing any more', () => {
    expect(onProbe(halfOpen, false, 500, 0.5)).toBe(halfOpen);
    expect(onProbe(closed, true, 500, 0.5)).toBe(closed);
  });
});

it('probes go out after growing pauses, fifteen seconds at most', () => {
  const pauses: number[] = [];
  let now = 0;
  for (let breaker = open; breaker.state === 'open' && pauses.length < 12; ) {
    pauses.push(breaker.probeAt - now);
    now = breaker.probeAt;
    breaker = onProbe(breaker, false, now, 0.5);
  }
  expect(pauses.slice(0, 4)).toStrictEqual([450, 700, 1_200, 2_200]);
  expect(Math.max(...pauses)).toBe(15_000);
});

it('whatever happens, its state survives JSON', () => {
  const step = fc.constantFrom('lost', 'unreachable', 'answered', 'probe', 'no-probe', 'admit', 'unsent');
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let breaker = closed;
      steps.forEach((what, now) => {
        if (what === 'lost' || what === 'unreachable')
          breaker = onLost(breaker, what === 'unreachable', now, 0.5);
        if (what === 'answered') breaker = onAnswered(breaker);
        if (what === 'probe' || what === 'no-probe') breaker = onProbe(breaker, what === 'probe', now, 0.5);
        if (what === 'admit') breaker = admit(breaker) ?? breaker;
        if (what === 'unsent') breaker = onUnsent(breaker);
        expect(JSON.parse(JSON.stringify(breaker))).toStrictEqual(breaker);
      });
    }),
  );
});
