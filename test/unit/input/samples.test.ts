import { describe, expect, it } from 'vitest';
import { brief, readFile } from './support.js';

describe('the samples', () => {
  it('switch-plan.csv is clean', async () => {
    const { rows, findings, dialect } = await readFile('samples/switch-plan.csv');
    expect(rows).toHaveLength(12);
    expect(new Set(rows.map((row) => row.values['sn'])).size).toBe(12);
    expect([...findings, ...rows.flatMap((row) => row.findings)]).toEqual([]);
    expect(dialect).toEqual({ delimiter: ',', bom: false, newline: '\n', encoding: 'utf-8' });
  });

  it('spreadsheet-export.csv is clean: aliases, umlauts, a semicolon and a line break in quotes', async () => {
    const { rows, findings, dialect } = await readFile('samples/spreadsheet-export.csv');
    expect([...findings, ...rows.flatMap((row) => row.findings)]).toEqual([]);
    expect(dialect).toEqual({ delimiter: ';', bom: true, newline: '\r\n', encoding: 'utf-8' });
    expect(rows).toHaveLength(8);
    expect(rows[2]?.cells[1]).toBe('Schröder; Weiß & Partner');
    expect(rows[4]?.cells[6]).toBe('call before the switch:\r\nFrau Jäger, ext. 12');
    expect(rows.at(-1)?.line).toBe(10);
  });

  it('findings.csv has what the file alone can show', async () => {
    const { rows, findings } = await readFile('samples/findings.csv');
    expect(brief([...findings, ...rows.flatMap((row) => row.findings)])).toEqual([
      '16 malformed_csv',
      '14 not_utf8',
      '4 malformed_serial_number',
      '7 cycle_out_of_range',
      '8 too_many_fields',
      '9 missing_value',
      '10 malformed_serial_number',
      '11 missing_value',
      '12 unknown_plan',
      '13 malformed_value',
    ]);
    expect(rows).toHaveLength(14);
  });
});
