import ms from 'ms';
import type { Counts } from './counts.js';
import { PUBLIC_STATUSES } from './results.js';

/** The summary as scripts read it with --json. */
export interface Summary {
  readonly batch: string;
  readonly job: string;
  readonly file: string;
  readonly results: string | null;
  readonly ledger: string;
  readonly sandbox: boolean;
  readonly counts: Counts;
  /** Orders placed by this run. */
  readonly sent: number;
  /** The plan's hash. */
  readonly plan: string | null;
  readonly durationMs: number;
  readonly exitCode: number;
}

/** What only people read. */
export interface SummaryNotes {
  readonly dryRun: boolean;
  readonly stopped: string | undefined;
  readonly failures: readonly {
    readonly code: string;
    readonly rows: number;
    readonly example: string;
    readonly message: string;
  }[];
  readonly inDoubt: readonly string[];
  readonly failuresFile: string | undefined;
  readonly next: readonly string[];
}

const LABELS: Readonly<Record<(typeof PUBLIC_STATUSES)[number], string>> = {
  succeeded: 'succeeded',
  pending: 'pending',
  failed: 'failed',
  in_doubt: 'in_doubt',
  invalid: 'invalid',
  not_sent: 'not_sent',
};

/** The summary for a person: it fits a screen. */
export function summaryText(summary: Summary, notes: SummaryNotes): string {
  const { counts } = summary;
  const seconds = summary.durationMs / 1000;
  const pace = summary.sent > 0 && seconds > 0 ? `, ${(summary.sent / seconds).toFixed(1)} orders/s` : '';
  const lines = [
    `${summary.sandbox ? 'SANDBOX (no real orders): ' : ''}batch "${summary.batch}", ${counts.total} rows, ` +
      `${notes.dryRun ? 'dry run: nothing was sent' : `${summary.sent} orders placed by this run`} ` +
      `in ${ms(summary.durationMs, { long: true })}${pace}`,
  ];
  for (const status of PUBLIC_STATUSES) {
    if (counts[status] > 0)
      lines.push(`  ${LABELS[status].padEnd(10)} ${String(counts[status]).padStart(8)}`);
  }
  if (notes.stopped !== undefined) lines.push(notes.stopped);
  if (notes.failures.length > 0) {
    lines.push('Failed, by reason:');
    for (const { code, rows, example, message } of notes.failures) {
      lines.push(`  ${String(rows).padStart(6)}  ${code}: ${message.slice(0, 120)} (${example})`);
    }
  }
  if (notes.inDoubt.length > 0) {
    const more = counts.in_doubt - notes.inDoubt.length;
    lines.push(`In doubt: ${notes.inDoubt.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
  if (summary.results !== null) lines.push(`Results: ${summary.results}`);
  if (notes.failuresFile !== undefined) lines.push(`Failures: ${notes.failuresFile}`);
  if (summary.plan !== null) lines.push(`Plan: ${summary.plan}`);
  lines.push(...notes.next);
  return lines.join('\n');
}
