import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appendStepSummary, stepSummary } from '../../../src/output/step-summary.js';
import type { Summary, SummaryNotes } from '../../../src/output/summary.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();
const SUMMARY: Summary = {
  batch: 'june',
  job: 'switch-plan',
  file: 'june.csv',
  results: 'june.results.csv',
  ledger: '.batch/ledger.db',
  sandbox: false,
  counts: { succeeded: 7, pending: 0, failed: 2, in_doubt: 3, invalid: 0, not_sent: 0, total: 12 },
  sent: 9,
  plan: 'c0ffee',
  durationMs: 61_000,
  exitCode: 4,
  failures: [{ code: 'NO_PLAN', rows: 2, example: '36X', message: 'no such plan' }],
};
const NOTES: SummaryNotes = {
  didNothing: undefined,
  met: { lost: 0, turnedAway: 0, unreachable: 0 },
  inDoubt: ['36A', '36B'],
  leftInDoubt: [],
  failuresFile: 'june.failures.csv',
  next: ['yeastar-batch reconcile june'],
};

describe('the step summary', () => {
  it('is Markdown with what the summary says', () => {
    expect(stepSummary(SUMMARY, NOTES)).toMatchInlineSnapshot(`
      "### batch june

      12 rows of \`june.csv\`. 9 orders placed by this run, in 1 minute, exit status 4.

      | Status | Rows |
      | --- | --- |
      | succeeded | 7 |
      | failed | 2 |
      | in_doubt | 3 |

      **Failed, by reason**

      | Rows | Code | What was said | For example |
      | --- | --- | --- | --- |
      | 2 | NO\\_PLAN | no such plan | 36X |

      **In doubt:** 36A, 36B, and 1 more

      - Results: \`june.results.csv\`
      - Failures: \`june.failures.csv\`
      - Plan: \`c0ffee\`

      Next: yeastar\\-batch reconcile june

      "
    `);
  });

  it('shows values as text: no table cell, link, image, mention or HTML is made of them', () => {
    const hostile = '|a|\n# ![x](https://evil.example) <img src=x> @team `code` *b* [l](u) ~~s~~';
    const markdown = stepSummary(
      {
        ...SUMMARY,
        batch: hostile,
        file: '`a`\n# b',
        failures: [{ code: hostile, rows: 1, example: hostile, message: hostile }],
      },
      { ...NOTES, next: [hostile] },
    );
    expect(markdown).not.toMatch(/<img|https:\/\/|@team|(?<!\\)\[|(?<!\\)\]\(|(?<!\\)!/);
    expect(markdown).not.toContain('\n# ');
    const row = markdown.split('\n').find((text) => text.startsWith('| 1 |')) ?? '';
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
  });

  it('is appended where GitHub Actions names a file, and nowhere else', async () => {
    const path = join(folder, 'summary.md');
    expect(await appendStepSummary(path, SUMMARY, NOTES)).toBeUndefined();
    expect(await appendStepSummary(path, SUMMARY, NOTES)).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe(stepSummary(SUMMARY, NOTES).repeat(2));
    expect(await appendStepSummary(undefined, SUMMARY, NOTES)).toBeUndefined();
    expect(await appendStepSummary('', SUMMARY, NOTES)).toBeUndefined();
    expect(await appendStepSummary(folder, SUMMARY, NOTES)).toBe(
      'The step summary could not be written: EISDIR.',
    );
  });

  it('says what pending orders need, and which rows in doubt are not in the file any more', () => {
    const counts = { ...SUMMARY.counts, pending: 2 };
    const text = stepSummary({ ...SUMMARY, counts, leftInDoubt: 2 }, { ...NOTES, leftInDoubt: ['36C'] });
    expect(text).toMatch(/\*\*Pending:\*\* Placed, but most likely not paid yet/);
    expect(text).toContain('**In doubt, and not in the file any more:** 36C, and 1 more');
  });
});
