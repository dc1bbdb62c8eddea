import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/common/errors.js';
import type { BatchId } from '../../../src/common/ids.js';
import type { StopReason } from '../../../src/common/stop.js';
import type { WorkState } from '../../../src/ledger/team-store.js';
import { afterCoordinating, afterTakingPart, isOver } from '../../../src/workers/decide.js';
import { shareOf } from '../../../src/workers/share.js';
import { readStop, writeStop } from '../../../src/workers/stop-reason.js';

const problem = (code: string): StopReason => ({ kind: 'problem', problem: new Problem(code, 'x') });
const RUN = { batch: 'june' as BatchId, runNo: 3 };

describe('what a coordinator leaves behind', () => {
  it.each<[string, StopReason | undefined, string]>([
    ['all rows have an end', undefined, 'done'],
    ['somebody else coordinates by now', problem('coordinated_elsewhere'), 'goes_on'],
    ['its look was overtaken again and again', problem('look_overtaken'), 'goes_on'],
    ['it lost the database', problem('ledger_connection_lost'), 'goes_on'],
    ['the database was restarted', problem('ledger_restarted'), 'goes_on'],
    ['a bug', problem('defect'), 'stopped'],
    ['the portal is unreachable', { kind: 'portal-unreachable', forMs: 60_000 }, 'stopped'],
    ['a canary failed', { kind: 'canary', serialNumber: 'A', status: 'failed' }, 'stopped'],
    ['too many rows failed', { kind: 'max-failures', failures: 9, finished: 20 }, 'stopped'],
    ['the user stopped it', { kind: 'signal', signal: 'SIGINT' }, 'stopped'],
  ])('%s', (_, reason, then) => {
    expect(afterCoordinating(reason)).toBe(then);
  });
});

describe('what follows for a run from the end of one who took part', () => {
  it.each<[string, StopReason | undefined, string]>([
    ['the run is over', undefined, 'left'],
    ['it was told to leave', problem('worker_leaves'), 'left'],
    ['it lost the database', problem('ledger_connection_lost'), 'cut_off'],
    ['another run has the batch', problem('ledger_taken_over'), 'cut_off'],
    ['access is lost', { kind: 'access-lost', problem: new Problem('access_refused', 'x') }, 'stops_all'],
    ['a bug', problem('defect'), 'stops_all'],
    ['the user stopped it', { kind: 'signal', signal: 'SIGTERM' }, 'stops_all'],
  ])('%s', (_, reason, then) => {
    expect(afterTakingPart(reason)).toBe(then);
  });
});

it.each<[WorkState, boolean]>([
  ['closed', true],
  ['canary', false],
  ['open', false],
  ['stopped', true],
  ['done', true],
])('a run that is %s is over for those who take part: %s', (state, over) => {
  expect(isOver({ runNo: 3, state }, RUN)).toBe(over);
});

it('a run is over for those who take part when another one was begun, or its batch is gone', () => {
  expect(isOver({ runNo: 4, state: 'open' }, RUN)).toBe(true);
  expect(isOver(undefined, RUN)).toBe(true);
});

it('the shares of all workers have every lane, and none more than another needs', () => {
  expect([1, 2, 3, 4, 5, 9].map((workers) => shareOf(5, workers))).toEqual([5, 3, 2, 2, 1, 1]);
  expect(shareOf(5, 0)).toBe(5);
});

it('a reason to stop is the same for the process that reads it', () => {
  const told = new Problem('access_refused', 'no', { remedy: 'Ask.', exitStatus: 3 });
  const reasons: StopReason[] = [
    { kind: 'signal', signal: 'SIGHUP' },
    { kind: 'until', at: 7 },
    { kind: 'portal-unreachable', forMs: 5 },
    { kind: 'access-lost', problem: told },
  ];
  for (const reason of reasons) expect(readStop(writeStop(reason))).toEqual(reason);
});
