import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exitStatusOf,
  exitStatusOfLook,
  exitStatusUnsent,
  type RunFacts,
  sayStop,
} from '../../../src/batch/exit-status.js';
import { Problem } from '../../../src/common/errors.js';
import type { StopReason } from '../../../src/common/stop.js';

const NONE = { total: 0, succeeded: 0, pending: 0, failed: 0, in_doubt: 0, invalid: 0, not_sent: 0 };
const facts = (counts: Partial<typeof NONE>, more: Partial<RunFacts> = {}): RunFacts => ({
  counts: { ...NONE, ...counts },
  leftInDoubt: 0,
  stopped: undefined,
  unsent: (counts.not_sent ?? 0) > 0,
  findings: (counts.invalid ?? 0) > 0,
  limited: false,
  unwrittenFile: false,
  ...more,
});

const problem = new Problem('access_refused', 'No access.', { remedy: 'Ask for it.' });
const SIGINT: StopReason = { kind: 'signal', signal: 'SIGINT' };
const SIGHUP: StopReason = { kind: 'signal', signal: 'SIGHUP' };
const SIGTERM: StopReason = { kind: 'signal', signal: 'SIGTERM' };
const CANARY: StopReason = { kind: 'canary', serialNumber: 'SN1', status: 'failed' };
const FAILURES: StopReason = { kind: 'max-failures', failures: 6, finished: 20 };
const UNREACHABLE: StopReason = { kind: 'portal-unreachable', forMs: 600_000 };
const UNTIL: StopReason = { kind: 'until', at: Date.UTC(2026, 5, 30, 22) };
const ACCESS: StopReason = { kind: 'access-lost', problem };
const LEDGER: StopReason = { kind: 'problem', problem };
const EVERY_STOP = [SIGINT, SIGTERM, CANARY, FAILURES, UNTIL, UNREACHABLE, ACCESS, LEDGER];

describe('the exit status', () => {
  it.each<readonly [string, number, RunFacts]>([
    ['every row succeeded or is pending', 0, facts({ succeeded: 3, pending: 1 })],
    ['there are no rows', 0, facts({})],
    ['rows were left out by --limit', 0, facts({ succeeded: 3, not_sent: 9 }, { limited: true })],
    ['some rows failed', 1, facts({ succeeded: 3, failed: 1 })],
    ['some rows are invalid', 1, facts({ succeeded: 3, invalid: 1 })],
    ['some failed and --limit left out others', 1, facts({ failed: 1, not_sent: 9 }, { limited: true })],
    ['some rows are in doubt', 4, facts({ succeeded: 3, in_doubt: 1 })],
    [
      'a row that the file does not have any more is in doubt',
      4,
      facts({ succeeded: 3 }, { leftInDoubt: 1 }),
    ],
    ['some are in doubt and some failed', 4, facts({ in_doubt: 1, failed: 5, invalid: 2 })],
    ['rows were not reached for whatever reason', 3, facts({ succeeded: 3, not_sent: 1 })],
    ['the canary stopped it', 3, facts({ failed: 1, not_sent: 9 }, { stopped: CANARY })],
    ['failures stopped it', 3, facts({ failed: 6, succeeded: 14, not_sent: 9 }, { stopped: FAILURES })],
    ['a rule stopped it after its last row', 1, facts({ failed: 6, succeeded: 14 }, { stopped: FAILURES })],
    ['the canary was the only row', 1, facts({ failed: 1 }, { stopped: CANARY })],
    ['the canary was the only row, and is in doubt', 4, facts({ in_doubt: 1 }, { stopped: CANARY })],
    ['the portal was unreachable', 3, facts({ succeeded: 1, not_sent: 1 }, { stopped: UNREACHABLE })],
    ['the portal was unreachable after the last row', 3, facts({ in_doubt: 1 }, { stopped: UNREACHABLE })],
    ['--until left rows out', 0, facts({ succeeded: 3, not_sent: 9 }, { stopped: UNTIL })],
    ['--until left rows out and some failed', 1, facts({ failed: 1, not_sent: 9 }, { stopped: UNTIL })],
    ['an answer was lost at --until', 4, facts({ in_doubt: 1, not_sent: 9 }, { stopped: UNTIL })],
    ['the access was lost', 3, facts({ not_sent: 1 }, { stopped: ACCESS })],
    ['the ledger failed', 3, facts({ not_sent: 1 }, { stopped: LEDGER })],
    ['stopped early with rows in doubt', 3, facts({ in_doubt: 1, not_sent: 5 }, { stopped: UNREACHABLE })],
    ['the results could not be written', 3, facts({ succeeded: 3 }, { unwrittenFile: true })],
    ['neither could they, with rows in doubt', 3, facts({ in_doubt: 1 }, { unwrittenFile: true })],
    ['stopped by SIGTERM, and they could not', 143, facts({}, { stopped: SIGTERM, unwrittenFile: true })],
    ['stopped by SIGHUP', 129, facts({ succeeded: 1, not_sent: 5 }, { stopped: SIGHUP })],
    ['stopped by SIGINT', 130, facts({ succeeded: 1, not_sent: 5 }, { stopped: SIGINT })],
    ['stopped by SIGTERM', 143, facts({ failed: 1, in_doubt: 1 }, { stopped: SIGTERM })],
  ])('when %s is %i', (_, expected, run) => {
    expect(exitStatusOf(run)).toBe(expected);
  });

  it('is 0 only when every row is succeeded, pending, or left out by --limit or --until', () => {
    const count = fc.integer({ min: 0, max: 2 });
    const counts = fc.record({
      succeeded: count,
      pending: count,
      failed: count,
      in_doubt: count,
      invalid: count,
      not_sent: count,
    });
    fc.assert(
      fc.property(
        counts,
        fc.option(fc.constantFrom(...EVERY_STOP), { nil: undefined }),
        fc.boolean(),
        (c, stopped, limited) => {
          const good =
            c.failed + c.in_doubt + c.invalid === 0 && (c.not_sent === 0 || limited || stopped === UNTIL);
          if (exitStatusOf(facts(c, { stopped, limited })) === 0) expect(good).toBe(true);
          else if (stopped === undefined) expect(good).toBe(false);
        },
      ),
    );
  });
});

it.each([
  ['a dry run found nothing', 0, {}],
  ['a dry run with --skip-invalid found something', 1, { findings: true }],
  ['findings keep the batch from being sent', 2, { findings: true, blocked: true }],
  ['the results could not be written', 2, { unwrittenFile: true }],
] as const)('the exit status of a run that was to send nothing, when %s, is %i', (_, expected, more) => {
  expect(exitStatusUnsent({ blocked: false, findings: false, unwrittenFile: false, ...more })).toBe(expected);
});

it.each([
  ['it was not stopped', 4, undefined],
  ['it was stopped by SIGTERM', 143, SIGTERM],
  ['the portal was unreachable', 3, UNREACHABLE],
  ['the ledger failed', 3, LEDGER],
] as const)('the exit status of a look that found rows in doubt, when %s, is %i', (_, expected, stopped) => {
  expect(exitStatusOfLook(stopped, 4)).toBe(expected);
});

describe('why a run stopped', () => {
  it('is said in a sentence for every reason', () => {
    for (const reason of EVERY_STOP) expect(sayStop(reason)).toMatch(/[.]$/);
    expect(sayStop(undefined)).toBeUndefined();
  });

  it('names what a person needs to know', () => {
    expect(sayStop(CANARY)).toMatch(/SN1.*failed/);
    expect(sayStop(FAILURES)).toMatch(/6 of 20/);
    expect(sayStop(ACCESS)).toBe('No access. Ask for it.');
    expect(sayStop(SIGINT, { in_doubt: 1, not_sent: 4 })).toMatch(/SIGINT.*1 row in doubt/);
    expect(sayStop(UNTIL, { in_doubt: 0, not_sent: 9 })).toMatch(/--until.*9 rows are left for the next run/);
  });
});
