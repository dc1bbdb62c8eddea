import { describe, expect, it } from 'vitest';
import { afterEvent, noProgress, type ProgressState } from '../../../src/output/progress-state.js';
import type { Outcome } from '../../../src/portal/outcome.js';
import type { RowEnd, RunEvent } from '../../../src/runner/events.js';
import { finishedOf } from '../../../src/runner/rules.js';

const NOW = 5_000;
const serialNumber = '369471667338';
const leaves: RunEvent = { type: 'order-leaves' };
const ends = (status: RowEnd): RunEvent => ({ type: 'row-ended', serialNumber, status });
const attempt = (outcome: Outcome): RunEvent => ({
  type: 'attempt',
  serialNumber,
  attempt: 1,
  outcome,
  durationMs: 1,
});
const lost = attempt({ kind: 'unknown', code: 'timeout', message: '' });
const standing: RunEvent = {
  type: 'standing',
  tally: { succeeded: 7, pending: 1, failed: 2, in_doubt: 0 },
  inFlight: 4,
};
const progressAfter = (events: readonly RunEvent[], from: ProgressState = noProgress): ProgressState =>
  events.reduce((state, event) => afterEvent(state, event, NOW), from);

describe('the progress of a run that one process sends', () => {
  it('counts the rows that have ended, and the orders in flight', () => {
    const state = progressAfter([leaves, leaves, lost, ends('failed'), ends('succeeded')]);
    expect([state.inFlight, finishedOf(state.tally), state.tally.failed]).toEqual([1, 2, 1]);
  });

  it.each<readonly [Outcome['kind'], Outcome, object]>([
    ['unknown', { kind: 'unknown', code: 'timeout', message: '' }, { lost: 1 }],
    ['turned-away', { kind: 'turned-away', why: 'rate', code: 'http_429', message: '' }, { turnedAway: 1 }],
    ['never-sent', { kind: 'never-sent', code: 'ECONNREFUSED', message: '' }, { unreachable: 1 }],
    ['refused', { kind: 'refused', forbidden: false, conflict: false, code: 'no', message: '' }, {}],
  ])('remembers what it met: %s', (_, outcome, met) => {
    expect(progressAfter([leaves, attempt(outcome)]).met).toEqual({ ...noProgress.met, ...met });
  });

  it('remembers when the last answer was lost, not when one was settled', () => {
    const two = afterEvent(noProgress, { type: 'settling', rows: 2 }, 1_000);
    expect(two).toMatchObject({ settling: 2, lostAt: 1_000 });
    expect(afterEvent(two, { type: 'settling', rows: 1 }, 2_000)).toMatchObject({
      settling: 1,
      lostAt: 1_000,
    });
  });

  it('takes the portal for down until it answers an order again', () => {
    const states = (['open', 'half-open', 'open', 'half-open', 'closed'] as const).map((state) => ({
      type: 'breaker' as const,
      state,
      why: '',
    }));
    const down = states.map((_, at) => progressAfter(states.slice(0, at + 1)).down);
    expect(down).toEqual([true, true, true, true, false]);
  });
});

describe('the progress of a run that several send', () => {
  it('is what all have sent, and what stays in doubt here', () => {
    const state = progressAfter([standing, ends('in_doubt'), ends('succeeded'), leaves, lost]);
    expect(state.tally).toEqual({ succeeded: 7, pending: 1, failed: 2, in_doubt: 1 });
    expect(state).toMatchObject({ inFlight: 4, met: { lost: 1 } });
    expect(progressAfter([standing], state).tally.in_doubt).toBe(1);
  });
});
