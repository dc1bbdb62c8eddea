import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeMetrics } from '../../../src/output/metrics.js';
import type { Summary } from '../../../src/output/summary.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();
const path = join(folder, 'batch.prom');
const SUMMARY: Summary = {
  batch: 'june "special"\n\\',
  job: 'switch-plan',
  file: '/data/june.csv',
  results: null,
  ledger: '/data/ledger.db',
  sandbox: true,
  counts: { succeeded: 7, pending: 1, failed: 2, in_doubt: 0, invalid: 3, not_sent: 4, total: 17 },
  sent: 8,
  plan: null,
  durationMs: 12_345,
  exitCode: 1,
};
const LABELS = 'batch="june \\"special\\"\\n\\\\",job="switch-plan",sandbox="true"';

describe('the metrics file', () => {
  it('has every figure with its help, type and labels', async () => {
    await writeMetrics(path, SUMMARY, { endedAt: 1_780_000_000_500, attempts: 11 });
    const lines = readFileSync(path, 'utf8').split('\n');
    for (const [status, rows] of Object.entries(SUMMARY.counts).filter(([name]) => name !== 'total')) {
      expect(lines).toContain(`yeastar_batch_rows{${LABELS},status="${status}"} ${rows}`);
    }
    for (const [name, value] of [
      ['orders_placed', 8],
      ['attempts', 11],
      ['duration_seconds', 12.345],
      ['exit_code', 1],
      ['end_timestamp_seconds', 1_780_000_000.5],
    ] as const) {
      expect(lines).toContain(`# TYPE yeastar_batch_${name} gauge`);
      expect(lines).toContain(`yeastar_batch_${name}{${LABELS}} ${value}`);
    }
    // The text format ends with a line end, or the collector refuses the file.
    expect(lines.at(-1)).toBe('');
  });

  it('starts from nothing each time and leaves nothing beside it', async () => {
    await writeMetrics(path, { ...SUMMARY, batch: 'july' }, { endedAt: 0, attempts: 0 });
    expect(readFileSync(path, 'utf8')).not.toContain('june');
    expect(readdirSync(folder)).toEqual(['batch.prom']);
  });

  it('says what keeps it from being written', async () => {
    const nowhere = join(folder, 'none', 'batch.prom');
    await expect(writeMetrics(nowhere, SUMMARY, { endedAt: 0, attempts: 0 })).rejects.toThrow(
      'cannot be written: its folder does not exist',
    );
  });
});
