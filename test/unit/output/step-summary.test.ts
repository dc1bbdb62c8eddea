import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FoundInFile } from '../../../src/common/finding.js';
import { collectFindings } from '../../../src/output/findings.js';
import { appendStepSummary, problemPage, stepSummary } from '../../../src/output/step-summary.js';
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

const NONE: FoundInFile = { count: 0, list: [], shared: [] };
const ROOM = 1_000_000;
const found = (messages: readonly string[]): FoundInFile => {
  const findings = collectFindings();
  for (const [at, message] of messages.entries())
    findings.add({ line: at + 2, code: 'unknown_plan', message });
  return findings.found();
};

describe('the step summary', () => {
  it('is Markdown with what the summary says', () => {
    expect(stepSummary(SUMMARY, NOTES, NONE, ROOM)).toMatchInlineSnapshot(`
      "### batch june

      12 rows of \`june.csv\`. 9 orders placed by this run, in 1m 1s, exit status 4.

      | Status | Rows |
      | --- | --- |
      | succeeded | 7 |
      | failed | 2 |
      | in_doubt | 3 |

      **Failed, by reason**

      | Rows | Code | Message | For example |
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
      NONE,
      ROOM,
    );
    expect(markdown).not.toMatch(/<img|https:\/\/|@team|(?<!\\)\[|(?<!\\)\]\(|(?<!\\)!/);
    expect(markdown).not.toContain('\n# ');
    const row = markdown.split('\n').find((text) => text.startsWith('| 1 |')) ?? '';
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
  });

  it('is appended to the file that GitHub Actions names, and to no other', async () => {
    const path = join(folder, 'summary.md');
    const page = (): string => 'page\n\n';
    expect(await appendStepSummary(path, page)).toBeUndefined();
    expect(await appendStepSummary(path, page)).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe('page\n\npage\n\n');
    expect(await appendStepSummary(undefined, page)).toBeUndefined();
    expect(await appendStepSummary('', page)).toBeUndefined();
    expect(await appendStepSummary(folder, page)).toBe('The step summary could not be written: EISDIR.');
  });

  it('gets the room that earlier pages of the step leave, and is left out if it needs more', async () => {
    const path = join(folder, 'full.md');
    writeFileSync(path, 'x'.repeat(1_048_000));
    const rooms: number[] = [];
    const page = (room: number): string => {
      rooms.push(room);
      return 'y'.repeat(577);
    };
    expect(await appendStepSummary(path, page)).toMatch(/^The step summary was left out: GitHub takes 1 MiB/);
    expect(rooms).toEqual([576]);
    expect(statSync(path).size).toBe(1_048_000);
  });

  it('lists the findings of a file, shared ones once, as far as the room goes', () => {
    const few = stepSummary(SUMMARY, NOTES, found(['no plan "A"', 'no plan "B"', 'no plan "A"']), ROOM);
    expect(few).toContain('| 2 and 1 more row, the last in line 4 | `unknown_plan` | no plan "A" |\n| 3 |');
    const many = found(Array.from({ length: 5_000 }, (_, i) => `${'long '.repeat(100)}${i}`));
    const text = stepSummary(SUMMARY, NOTES, many, ROOM);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ROOM);
    expect(Buffer.byteLength(text)).toBeGreaterThan(ROOM - 1_000);
    const told = text.match(/`unknown_plan`/g)?.length ?? 0;
    expect(text).toContain(`… and ${5_000 - told} more problems: the results have them all`);
  });

  it('says why a run ended without a summary, with the findings of its file', () => {
    const problem = { message: 'No rows can be read from <june.csv>.', remedy: 'Run it again.' };
    const text = problemPage({ batch: 'june', sandbox: false }, problem, found(['no column']), ROOM);
    expect(text).toContain('**No rows can be read from &lt;june.csv&gt;. Run it again.**');
    expect(text).toContain('| 2 | `unknown_plan` | no column |');
  });

  it('says what pending orders need, and which rows in doubt are not in the file any more', () => {
    const counts = { ...SUMMARY.counts, pending: 2 };
    const text = stepSummary(
      { ...SUMMARY, counts, leftInDoubt: 2 },
      { ...NOTES, leftInDoubt: ['36C'] },
      NONE,
      ROOM,
    );
    expect(text).toMatch(/\*\*Pending:\*\* Placed, but most likely not paid yet/);
    expect(text).toContain('**In doubt, but not in the file any more:** 36C, and 1 more');
  });
});
