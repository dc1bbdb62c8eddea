import { Gauge, Registry } from 'prom-client';
import { writeWhole } from './atomic-file.js';
import { PUBLIC_STATUSES } from './public-status.js';
import type { Summary } from './summary.js';

/** What the summary does not know. */
export interface MetricFacts {
  /** Epoch ms at which the run ended. */
  readonly endedAt: number;
  /** Orders sent in this run, each send of a row counted. */
  readonly attempts: number;
}

const LABELS = ['batch', 'job', 'sandbox'] as const;

/**
 * Writes a run's figures for node_exporter's textfile collector: whole or not at all, since the collector may
 * read at any moment. All are gauges: they tell of the last run, and each run starts again from nothing.
 */
export async function writeMetrics(path: string, summary: Summary, facts: MetricFacts): Promise<void> {
  // A registry of its own: the library's global one would carry figures from one run into the next.
  const registry = new Registry();
  const labels = { batch: summary.batch, job: summary.job, sandbox: String(summary.sandbox) };
  const gauge = (name: string, help: string, value: number): void =>
    new Gauge({ name: `yeastar_batch_${name}`, help, labelNames: LABELS, registers: [registry] }).set(
      labels,
      value,
    );

  const rows = new Gauge({
    name: 'yeastar_batch_rows',
    help: 'Rows of the input by status, after the last run.',
    labelNames: [...LABELS, 'status'],
    registers: [registry],
  });
  for (const status of PUBLIC_STATUSES) rows.set({ ...labels, status }, summary.counts[status]);
  gauge('orders_placed', 'Orders placed by the last run.', summary.sent);
  gauge('attempts', 'Orders sent by the last run, each send counted.', facts.attempts);
  gauge('duration_seconds', 'How long the last run took.', summary.durationMs / 1000);
  gauge('exit_code', 'Exit code of the last run; 0 is success.', summary.exitCode);
  gauge('end_timestamp_seconds', 'When the last run ended, in seconds since 1970.', facts.endedAt / 1000);
  const text = await registry.metrics();
  await writeWhole(path, once(text));
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
