import { describe, expect, it } from 'vitest';
import {
  afterChange,
  hasRoom,
  mayTakeNew,
  type RunChange,
  type RunState,
  startOfRun,
  stopAfter,
  waitsForCanary,
} from '../../../src/runner/run-state.js';

const LAUNCHED = { type: 'launched', again: false } as const;
const ended = (status: 'succeeded' | 'failed' | 'in_doubt', ours = true) =>
  ({ type: 'ended', status, ours }) as const;

/** The state of a run with so many canaries after these changes. */
const stateAfter = (canary: number, ...changes: readonly RunChange[]): RunState =>
  changes.reduce(afterChange, startOfRun({ canary }));

const whole = (status: 'succeeded' | 'failed' | 'in_doubt'): RunChange[] => [
  LAUNCHED,
  { type: 'request-over' },
  ended(status),
  { type: 'written' },
];

describe('the numbers of a run', () => {
  it('come back to nothing under way when each row has its end', () => {
    expect(stateAfter(0, ...whole('succeeded'), ...whole('failed'))).toMatchObject({
      launched: 2,
      unfinished: 0,
      inFlight: 0,
      underWay: 0,
      sent: 1,
      tally: { succeeded: 1, failed: 1 },
    });
  });

  it('count a row that is sent again once', () => {
    const lost = [LAUNCHED, { type: 'request-over' }, { type: 'written' }] as const;
    const again = { type: 'launched', again: true } as const;
    expect(stateAfter(0, ...lost, again)).toMatchObject({ launched: 1, unfinished: 1, underWay: 1 });
  });

  it('do not count an order that was only found as sent by this run', () => {
    expect(stateAfter(0, ended('succeeded', false))).toMatchObject({ sent: 0, tally: { succeeded: 1 } });
  });
});

describe('the canaries', () => {
  const settings = { canary: 2, limit: undefined };
  it('go one at a time, also while the outcome of the one before is being written', () => {
    expect(hasRoom(stateAfter(2), settings, 5)).toBe(true);
    expect(hasRoom(stateAfter(2, LAUNCHED), settings, 5)).toBe(false);
    expect(hasRoom(stateAfter(2, LAUNCHED, { type: 'request-over' }), settings, 5)).toBe(false);
  });

  it('hold new rows back while the answer of one is looked for', () => {
    const state = stateAfter(2, LAUNCHED, { type: 'request-over' }, { type: 'written' });
    expect(waitsForCanary(state)).toBe(true);
    expect(mayTakeNew(state, settings)).toBe(false);
    expect(hasRoom(state, settings, 5)).toBe(true);
  });

  it.each(['failed', 'in_doubt'] as const)('that end as %s stop the run', (status) => {
    const before = stateAfter(1, LAUNCHED);
    const end = { serialNumber: 'A', status };
    expect(
      stopAfter(before, afterChange(before, ended(status)), end, { maxFailures: { percent: 100 } }),
    ).toEqual({ kind: 'canary', ...end });
  });

  it('are used up by rows of this run alone', () => {
    expect(stateAfter(1, ended('failed', false)).canariesLeft).toBe(1);
    expect(stateAfter(1, ...whole('succeeded')).canariesLeft).toBe(0);
  });

  it('are followed by nothing before the portal was looked at for the first order', () => {
    const state = stateAfter(1, ...whole('succeeded'), { type: 'learning', goesOn: true });
    expect(hasRoom(state, { canary: 1 }, 5)).toBe(false);
    expect(hasRoom(afterChange(state, { type: 'learning', goesOn: false }), { canary: 1 }, 5)).toBe(true);
  });

  it('without a canary the others do not wait for that look', () => {
    const state = stateAfter(0, ...whole('succeeded'), { type: 'learning', goesOn: true });
    expect(hasRoom(state, { canary: 0 }, 5)).toBe(true);
  });
});

describe('room for one more row', () => {
  const launched = (count: number): RunState =>
    stateAfter(0, ...Array.from({ length: count }, () => LAUNCHED));
  it.each([
    [4, true],
    [5, false],
  ])('with %i in flight, of 5 at a time: %s', (inFlight, room) => {
    expect(hasRoom(launched(inFlight), { canary: 0 }, 5)).toBe(room);
  });

  it('new rows end at --limit, whatever became of those before', () => {
    const state = stateAfter(0, ...whole('failed'), ...whole('succeeded'));
    expect(mayTakeNew(state, { limit: 3 })).toBe(true);
    expect(mayTakeNew(state, { limit: 2 })).toBe(false);
  });
});

it('too many failures stop the run, and those of rows that were only settled count', () => {
  const before = stateAfter(0, ended('in_doubt', false));
  const state = afterChange(before, ended('failed'));
  const end = { serialNumber: 'A', status: 'failed' } as const;
  expect(stopAfter(before, state, end, { maxFailures: { count: 1 } })).toEqual({
    kind: 'max-failures',
    failures: 2,
    finished: 2,
  });
  expect(stopAfter(before, state, end, { maxFailures: { count: 2 } })).toBeUndefined();
});
