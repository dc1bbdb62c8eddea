import type { Ledger } from '../ledger/ledger.js';
import type { RunKey } from '../ledger/schema.js';
import { PUBLIC_STATUSES, type PublicStatus, publicStatus } from './public-status.js';

/** Rows of the input by status; the statuses add up to `total`. */
export type Counts = Readonly<Record<PublicStatus | 'total', number>>;

export async function countRows(ledger: Ledger, run: RunKey): Promise<Counts> {
  const counts: Record<string, number> = Object.fromEntries(PUBLIC_STATUSES.map((status) => [status, 0]));
  for (const { status, rows } of await ledger.read.statusCounts(run)) {
    const name = publicStatus(status);
    counts[name] = (counts[name] ?? 0) + Number(rows);
  }
  for (const { status, rows } of await ledger.read.rejectedCounts(run)) {
    const name = status === null ? 'invalid' : publicStatus(status);
    counts[name] = (counts[name] ?? 0) + Number(rows);
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { ...counts, total } as Counts;
}

/** Rows of the whole batch by status: those of its last file, and those that only earlier files had. */
export async function countBatch(ledger: Ledger, run: RunKey): Promise<Counts> {
  const counts: Record<string, number> = { ...(await countRows(ledger, run)) };
  for (const { status, rows } of await ledger.read.earlierCounts(run)) {
    const name = publicStatus(status);
    counts[name] = (counts[name] ?? 0) + Number(rows);
    counts['total'] = (counts['total'] ?? 0) + Number(rows);
  }
  return counts as Counts;
}
