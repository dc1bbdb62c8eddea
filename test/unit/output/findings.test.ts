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
    expect(findings.report('in.csv', true)).toBe(
      '3 problems found:\n  in.csv  a\n  in.csv:2  b\n  in.csv:7  c',
    );
  });

  it('of one are one', () => {
    const findings = collectFindings();
    add(findings, 'unknown_plan', 2);
    expect(findings.report('in.csv', true)).toMatch(/^1 problem found:/);
  });

  it('past the first twenty are counted', () => {
    const findings = collectFindings();
    for (let line = 5_000; line > 1; line--) add(findings, 'unknown_plan', line, `wrong ${line}`);
    const report = findings.report('in.csv', true).split('\n');
    expect(findings.count()).toBe(4_999);
    expect(report).toHaveLength(22);
    expect(report[0]).toBe('4999 problems found:');
    expect(report.at(-1)).toBe('  … and 4979 more: the results list all of them');
    expect(findings.report('in.csv', false)).toMatch(/… and 4979 more$/);
  });

  it('that would say the same of every row are said once, and counted', () => {
    const findings = collectFindings();
    for (let line = 2; line < 12; line++) add(findings, 'missing_billing_contact', line, 'name one');
    expect(findings.count()).toBe(10);
    expect(findings.report('in.csv', true)).toBe(
      '1 problem in 10 rows found:\n  in.csv:2  name one (and 9 more rows, the last in line 11)',
    );
  });

  it('that some rows share stand at the first of their lines, among the others', () => {
    const findings = collectFindings();
    add(findings, 'unknown_plan', 9, 'no plan "Gold"');
    add(findings, 'cycle_out_of_range', 4, 'seven years');
    add(findings, 'unknown_plan', 3, 'no plan "Gold"');
    add(findings, 'unknown_plan', 5, 'no plan "Silver"');
    expect(findings.report('in.csv', true)).toBe(
      '3 problems in 4 rows found:\n' +
        '  in.csv:3  no plan "Gold" (and 1 more row, the last in line 9)\n' +
        '  in.csv:4  seven years\n' +
        '  in.csv:5  no plan "Silver"',
    );
  });

  it('of a million rows are counted to the last, and shared ones still found behind thousands of others', () => {
    const findings = collectFindings();
    add(findings, 'unknown_plan', 2, 'shared');
    for (let line = 3; line <= 6_000; line++) add(findings, 'unknown_plan', line, `own ${line}`);
    add(findings, 'unknown_plan', 6_001, 'shared');
    const report = findings.report('in.csv', false).split('\n');
    expect(report[0]).toBe('6000 problems found:');
    expect(report[1]).toBe('  in.csv:2  shared (and 1 more row, the last in line 6001)');
    expect(report.at(-1)).toBe('  … and 5979 more');
  });

  it('are a thousand for scripts, each with its line, and their number', () => {
    const findings = collectFindings();
    for (let line = 1_500; line > 1; line--) add(findings, 'unknown_plan', line);
    const { count, list } = findings.found();
    expect({ count, kept: list.length }).toEqual({ count: 1_499, kept: 1_000 });
    expect(list[0]).toEqual({ line: 501, code: 'unknown_plan', message: 'wrong' });
    expect(list.at(-1)?.line).toBe(1_500);
  });

  it.each<readonly [FindingCode, boolean]>([
    ['empty_file', true],
    ['missing_column', true],
    ['duplicate_column', true],
    ['not_a_csv', true],
    ['not_utf8', true],
    ['damaged_text', true],
    ['malformed_csv', true],
    ['repeated_header', false],
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
