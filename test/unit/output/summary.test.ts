import { expect, it } from 'vitest';
import { type Summary, type SummaryNotes, summaryText } from '../../../src/output/summary.js';

const SUMMARY: Summary = {
  batch: 'june',
  job: 'switch-plan',
  file: '/orders/june.csv',
  results: '/orders/june.results.csv',
  ledger: '/orders/.batch/ledger.db',
  sandbox: false,
  counts: { total: 500, succeeded: 440, pending: 0, failed: 40, in_doubt: 20, invalid: 0, not_sent: 0 },
  sent: 440,
  plan: 'c0ffee',
  durationMs: 20_000,
  exitCode: 4,
  failures: [{ code: 'order_failed', rows: 40, example: '369471667338', message: 'm'.repeat(400) }],
};
const NOTES: SummaryNotes = {
  didNothing: undefined,
  met: { lost: 0, turnedAway: 0, unreachable: 0 },
  inDoubt: Array.from({ length: 10 }, (_, i) => `36947166733${i}`),
  leftInDoubt: [],
  failuresFile: undefined,
  next: ['look at the portal again:', 'yeastar-batch reconcile june'],
};

it('says in a few aligned lines how a run went, and what to type next', () => {
  const lines = summaryText(SUMMARY, NOTES).split('\n');
  expect(lines.length).toBeLessThan(24);
  expect(lines.slice(0, 6)).toStrictEqual([
    'Batch    june',
    'Rows     500: 440 orders placed by this run in 20s, 22.0 orders/s',
    '         succeeded       440',
    '         failed           40',
    '         in_doubt         20',
    'Failed   40 × order_failed, for example 369471667338:',
  ]);
  expect(lines).toContain('         369471667338, 369471667339, and 10 more');
  expect(lines.slice(-2)).toStrictEqual([
    'Next     look at the portal again:',
    '         yeastar-batch reconcile june',
  ]);
});

it('says loudly that it was the sandbox, and why a run stopped', () => {
  const text = summaryText(
    { ...SUMMARY, sandbox: true, stopped: { kind: 'signal', message: 'by SIGINT: all is written.' } },
    NOTES,
  );
  expect(text).toContain('Batch    june (SANDBOX: no real orders)');
  expect(text).toContain('Stopped  by SIGINT: all is written.');
});

it('says that pending orders are most likely not paid, and what to do', () => {
  const counts = { ...SUMMARY.counts, pending: 7 };
  const text = summaryText({ ...SUMMARY, counts }, NOTES);
  expect(text).toMatch(/Pending {2}Placed, but most likely not paid yet.*\n.*"Pay Now"/);
  expect(summaryText(SUMMARY, NOTES)).not.toContain('Pay Now');
});

it('names rows in doubt that the file does not have any more beside those that it has', () => {
  const notes = { ...NOTES, inDoubt: ['36A'], leftInDoubt: ['36B', '36C'] };
  const lines = summaryText({ ...SUMMARY, leftInDoubt: 3 }, notes).split('\n');
  const at = lines.indexOf('In doubt also 3 rows of this batch, not in the file any more:');
  expect(lines[at + 1]).toBe('         36B, 36C, and 1 more');
});

it('fits 80 columns whatever there is to say', () => {
  const counts = { ...SUMMARY.counts, pending: 7 };
  const notes = {
    ...NOTES,
    leftInDoubt: ['369471667338'],
    met: { lost: 100, turnedAway: 2000, unreachable: 300 },
  };
  const text = summaryText({ ...SUMMARY, failures: [], counts, leftInDoubt: 1 }, notes);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});
