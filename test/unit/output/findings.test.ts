import { describe, expect, it } from 'vitest';
import type { FindingCode } from '../../../src/common/finding.js';
import { collectFindings } from '../../../src/output/findings.js';

const add = (
  findings: ReturnType<typeof collectFindings>,
  code: FindingCode,
  line?: number,
  message = 'wrong',
) => findings.add({ code, message, ...(line === undefined ? {} : { line }) });

describe('findings', () => {
  it('are reported in the order of the lines, whatever the order in which they came', () => {
    const findings = collectFindings();
    add(findings, 'unknown_plan', 7, 'c');
    add(findings, 'unknown_plan', 2, 'b');
    add(findings, 'empty_file', undefined, 'a');
    expect(findings.report('in.csv', undefined, true)).toBe(
      '3 findings:\n  in.csv  a\n  in.csv:2  b\n  in.csv:7  c',
    );
  });

  it('of one are one', () => {
    const findings = collectFindings();
    add(findings, 'unknown_plan', 2);
    expect(findings.report('in.csv', undefined, true)).toMatch(/^1 finding:/);
  });

  it('past the first twenty are counted', () => {
    const findings = collectFindings();
    for (let line = 5_000; line > 1; line--) add(findings, 'unknown_plan', line);
    const report = findings.report('in.csv', undefined, true).split('\n');
    expect(findings.count()).toBe(4_999);
    expect(report).toHaveLength(22);
    expect(report[0]).toBe('4999 findings:');
    expect(report.at(-1)).toBe('  … and 4979 more: the results have them all');
    expect(findings.report('in.csv', undefined, false)).toMatch(/… and 4979 more$/);
  });

  it('that would say the same of every row are said once, and counted', () => {
    const findings = collectFindings();
    for (let line = 2; line < 12; line++) add(findings, 'missing_billing_contact', line, 'name one');
    expect(findings.count()).toBe(10);
    expect(findings.report('in.csv', undefined, true)).toBe(
      '10 findings:\n  in.csv:2  name one (and 9 more rows)',
    );
  });

  it.each<readonly [FindingCode, boolean]>([
    ['empty_file', true],
    ['missing_column', true],
    ['duplicate_column', true],
    ['not_utf8', true],
    ['malformed_csv', true],
    ['too_many_fields', false],
    ['unknown_plan', false],
    ['duplicate_serial_number', false],
    ['plan_changed', false],
  ])('%s concerns the file as a whole: %s', (code, expected) => {
    const findings = collectFindings();
    expect(findings.concernFile()).toBe(false);
    add(findings, code, 2);
    expect(findings.concernFile()).toBe(expected);
  });
});
