import { describe, expect, it } from 'vitest';
import {
  commandsOf,
  nextAfterProblem,
  nextAfterReconcile,
  nextSteps,
  type Situation,
} from '../../../src/batch/next-steps.js';
import { createCommandLine } from '../../../src/cli/command-line.js';
import { Problem } from '../../../src/common/errors.js';

const COUNTS = { total: 3, succeeded: 3, pending: 0, failed: 0, in_doubt: 0, invalid: 0, not_sent: 0 };
const commandLine = createCommandLine('yeastar-batch');
const CALL = { subject: 'june.csv', batch: 'june', sending: false, given: {}, commandLine };
const steps = (more: Partial<Situation>) =>
  nextSteps({
    batch: 'june',
    file: 'june.csv',
    failures: undefined,
    commandLine,
    given: { envFile: 'portal.env' },
    counts: COUNTS,
    leftInDoubt: 0,
    status: 0,
    sending: true,
    blocked: false,
    plan: 'c0ffee',
    untilPassed: false,
    ...more,
  });
const next = (more: Partial<Situation>): string | undefined => commandsOf(steps(more))[0];

describe('what to type next', () => {
  it('is nothing if nothing is left to do', () => {
    expect(steps({})).toStrictEqual([]);
  });

  it('after a run with pending orders is to pay them, then to ask about them', () => {
    const [step] = steps({ counts: { ...COUNTS, pending: 2 } });
    expect(step).toMatchObject({
      say: expect.stringContaining('paid'),
      command: 'yeastar-batch reconcile june --env-file portal.env',
    });
  });

  it('with rows in doubt that the file does not have any more is to look at the portal', () => {
    expect(next({ status: 4, leftInDoubt: 1 })).toBe('yeastar-batch reconcile june --env-file portal.env');
  });

  it('after a dry run is the same command with the plan’s hash in its place', () => {
    const given = { dryRun: true, envFile: 'portal.env', plan: 'old' };
    expect(next({ sending: false, given, counts: { ...COUNTS, not_sent: 3 } })).toBe(
      'yeastar-batch june.csv --plan c0ffee --env-file portal.env',
    );
  });

  it('after a dry run that leaves nothing to place is nothing', () => {
    expect(steps({ sending: false })).toStrictEqual([]);
    expect(steps({ sending: false, counts: { ...COUNTS, in_doubt: 1 } })[0]?.say).toBe('place exactly this:');
  });

  it('after an early stop keeps the plan that was approved', () => {
    const given = { plan: 'c0ffee' };
    expect(next({ status: 130, given })).toBe('yeastar-batch june.csv --plan c0ffee');
    expect(next({ counts: { ...COUNTS, not_sent: 7 }, given })).toContain('--plan c0ffee');
  });

  it('after failures of an approved plan is to have the next one approved: a file that was changed has another', () => {
    const given = { plan: 'c0ffee', failures: 'open.csv' };
    const failed = { status: 1, counts: { ...COUNTS, failed: 1 }, given };
    expect(next(failed)).toBe('yeastar-batch june.csv --failures open.csv --dry-run');
    expect(next({ ...failed, failures: 'open.csv' })).toBe('yeastar-batch open.csv --batch june --dry-run');
  });

  it('after reconcile is a whole command with the same ledger', () => {
    const said = (in_doubt: number) => {
      const given = { sandbox: true, settle: '1s', envFile: 'portal.env' };
      const counts = { ...COUNTS, in_doubt };
      return commandsOf(nextAfterReconcile({ subject: 'june', commandLine, given, leftInDoubt: 0, counts }));
    };
    expect(said(2)).toEqual(['yeastar-batch status june --sandbox']);
    expect(said(0)).toEqual(['yeastar-batch results june --sandbox']);
  });

  it('after a problem that passes is the same command, and nothing after one that has to be fixed', () => {
    const nextAfter = (exitStatus: 2 | 3 | 5) => {
      const given = { dryRun: true, notify: 'https://hooks.example/T/secret' };
      const problem = new Problem('x', 'y', { exitStatus });
      return commandsOf(nextAfterProblem(problem, { ...CALL, given }));
    };
    expect(nextAfter(3)).toEqual(['yeastar-batch june.csv --dry-run']);
    expect(nextAfter(5)).toEqual(['yeastar-batch june.csv --dry-run']);
    expect(nextAfter(2)).toEqual([]);
  });

  it('after an early stop is the same command', () => {
    expect(next({ status: 3, given: { yes: true } })).toBe('yeastar-batch june.csv --yes');
  });

  it('repeats --until only while its time is still to come', () => {
    const given = { until: '2026-06-30T22:00', limit: '5' };
    const waiting = { counts: { ...COUNTS, not_sent: 7 }, given };
    expect(next({ ...waiting, untilPassed: true })).toBe('yeastar-batch june.csv --limit 5');
    expect(next(waiting)).toBe('yeastar-batch june.csv --limit 5 --until 2026-06-30T22:00');
  });

  it('after the question was answered with no is the same command', () => {
    const problem = new Problem('declined', 'y');
    expect(commandsOf(nextAfterProblem(problem, CALL))).toEqual(['yeastar-batch june.csv']);
  });

  it('after a ledger was lost while orders were sent is also the command that writes the results', () => {
    const problem = new Problem('ledger_connection_lost', 'y', { exitStatus: 3 });
    const call = { ...CALL, given: { ledger: 'postgres://db/orders', rate: '3' } };
    expect(commandsOf(nextAfterProblem(problem, { ...call, sending: true }))).toEqual([
      'yeastar-batch june.csv --ledger postgres://db/orders --rate 3',
      'yeastar-batch results june --ledger postgres://db/orders',
    ]);
    expect(nextAfterProblem(problem, { ...call, sending: false })).toHaveLength(1);
  });

  it('repeats no webhook’s address', () => {
    const given = { notify: 'https://hooks.example/T/secret' };
    expect(next({ status: 130, given })).toBe('yeastar-batch june.csv');
  });

  it('with rows in doubt is a look that places nothing, with the same ledger and access', () => {
    const given = { ledger: 'l.db', sandbox: true, envFile: 'portal.env', rate: '3' };
    expect(next({ status: 4, counts: { ...COUNTS, in_doubt: 1 }, given })).toBe(
      'yeastar-batch reconcile june --ledger l.db --env-file portal.env --sandbox',
    );
  });

  it('with failed rows, and with rows left out by a limit, is the same command', () => {
    expect(steps({ status: 1, counts: { ...COUNTS, failed: 1 } })).toStrictEqual([
      {
        say: 'fix what failed, then send those rows again:',
        command: 'yeastar-batch june.csv --env-file portal.env',
      },
    ]);
    expect(steps({ counts: { ...COUNTS, not_sent: 7 } })[0]?.say).toBe('7 rows wait:');
  });

  it('with a file of the failures is to send that as a part of the batch, with results of its own', () => {
    const given = { yes: true, failures: 'open.csv', out: 'r.csv', rate: '3' };
    expect(steps({ status: 1, counts: { ...COUNTS, failed: 1 }, failures: 'open.csv', given })).toStrictEqual(
      [
        {
          say: 'fix open.csv, then run it as a part of this batch:',
          command: 'yeastar-batch open.csv --batch june --rate 3 --yes',
        },
      ],
    );
  });

  it('with findings is to fix them, or to leave those rows out', () => {
    const blocked = (given: Situation['given']) =>
      steps({ blocked: true, status: 2, given, counts: { ...COUNTS, invalid: 1, not_sent: 2 } });
    expect(blocked({ dryRun: true })).toEqual([
      {
        say: 'fix the problems above and run the same command again, or leave those rows out:',
        command: 'yeastar-batch june.csv --skip-invalid --dry-run',
      },
    ]);
    expect(commandsOf(blocked({ skipInvalid: true }))).toEqual([]);
    expect(commandsOf(steps({ blocked: true, status: 2 }))).toEqual([]);
    expect(commandsOf(blocked({ plan: 'c0ffee' }))).toEqual([]);
  });
});
