import { describe, expect, it } from 'vitest';
import { calledAs, nextAfterReconcile, nextSteps, type Situation } from '../../../src/batch/next-steps.js';

const COUNTS = { total: 3, succeeded: 3, pending: 0, failed: 0, in_doubt: 0, invalid: 0, not_sent: 0 };
const next = (more: Partial<Situation>): string[] =>
  nextSteps({
    batch: 'june',
    file: 'june.csv',
    failures: undefined,
    program: 'yeastar-batch',
    argv: ['june.csv', '--env-file', 'portal.env'],
    counts: COUNTS,
    status: 0,
    sending: true,
    blocked: false,
    plan: 'c0ffee',
    ...more,
  });

describe('what to type next', () => {
  it('is nothing where nothing is left to do', () => {
    expect(next({})).toStrictEqual([]);
  });

  it('after a dry run is the same command with the plan’s hash in its place', () => {
    const argv = ['--dry-run', 'june.csv', '--env-file=portal.env', '--plan', 'old'];
    expect(next({ sending: false, argv, counts: { ...COUNTS, not_sent: 3 } })[1]).toBe(
      'yeastar-batch june.csv --env-file=portal.env --plan c0ffee',
    );
  });

  it('after a dry run that leaves nothing to place is nothing', () => {
    expect(next({ sending: false })).toStrictEqual([]);
    expect(next({ sending: false, counts: { ...COUNTS, in_doubt: 1 } })[0]).toBe('place exactly this:');
  });

  it('after an early stop keeps the plan that was approved', () => {
    const argv = ['june.csv', '--plan', 'c0ffee'];
    expect(next({ status: 130, argv })[1]).toBe('yeastar-batch june.csv --plan c0ffee');
    expect(next({ counts: { ...COUNTS, not_sent: 7 }, argv })[1]).toContain('--plan c0ffee');
  });

  it('after reconcile is a whole command with the same ledger', () => {
    const argv = ['reconcile', 'june', '--sandbox', '--settle', '1s', '--env-file', 'portal.env'];
    const said = (in_doubt: number): string | undefined =>
      nextAfterReconcile({
        batch: 'june',
        program: 'npm run batch --',
        argv,
        counts: { ...COUNTS, in_doubt },
      })[1];
    expect(said(2)).toBe('npm run batch -- status june --sandbox');
    expect(said(0)).toBe('npm run batch -- results june --sandbox');
  });

  it('after an early stop is the same command, quoted for a shell', () => {
    expect(next({ status: 3, argv: ["Müller's list.csv", '--yes'] })[1]).toBe(
      "yeastar-batch 'Müller'\\''s list.csv' --yes",
    );
  });

  it('repeats no webhook’s address', () => {
    const argv = ['june.csv', '--notify', 'https://hooks.example/T/secret', '--notify=https://x/secret'];
    expect(next({ status: 130, argv })[1]).toBe('yeastar-batch june.csv');
  });

  it('with rows in doubt is a look that places nothing, with the same ledger and access', () => {
    const argv = ['june.csv', '--ledger', 'l.db', '--sandbox', '--env-file', 'portal.env', '--rate', '3'];
    expect(next({ status: 4, counts: { ...COUNTS, in_doubt: 1 }, argv })[1]).toBe(
      'yeastar-batch reconcile june --ledger l.db --sandbox --env-file portal.env',
    );
  });

  it('with failed rows, and with rows left out by a limit, is the same command', () => {
    expect(next({ status: 1, counts: { ...COUNTS, failed: 1 } })).toStrictEqual([
      'mend what failed, then send those rows again:',
      'yeastar-batch june.csv --env-file portal.env',
    ]);
    expect(next({ counts: { ...COUNTS, not_sent: 7 } })[0]).toBe('7 rows wait:');
  });

  it('with a file of the failures is to send that as a part of the batch, with results of its own', () => {
    const argv = ['--yes', 'june.csv', '--failures', 'open.csv', '--out=r.csv', '--rate', '3'];
    expect(next({ status: 1, counts: { ...COUNTS, failed: 1 }, failures: 'open.csv', argv })).toStrictEqual([
      'mend open.csv, then send it as a part of this batch:',
      'yeastar-batch --yes open.csv --rate 3 --batch june',
    ]);
  });

  it('with findings is to mend them', () => {
    expect(next({ blocked: true, status: 2 }).join(' ')).toContain('mend the findings');
  });

  it('names the program as it was called', () => {
    expect(calledAs({ npm_lifecycle_event: 'batch' })).toBe('npm run batch --');
    expect(calledAs({ npm_lifecycle_event: 'npx' })).toBe('yeastar-batch');
    expect(calledAs({})).toBe('yeastar-batch');
  });
});
