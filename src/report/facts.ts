import { PUBLIC_STATUSES, type PublicStatus } from '../output/public-status.js';
import { type Entry, tookMs } from './entry.js';

/** The last send of a row: all that the chart over time needs of it. */
export interface Send {
  readonly at: number;
  readonly status: PublicStatus;
  readonly tookMs: number | undefined;
  /** Sends of the row before this one, in all its runs. */
  readonly again: number;
}

export interface Reason {
  readonly status: PublicStatus;
  readonly code: string;
  readonly rows: number;
  readonly message: string;
  /** A serial number that met it, or the row if there is none. */
  readonly example: string;
}

/** What the rows amount to. */
export interface Facts {
  readonly counts: Readonly<Record<PublicStatus, number>>;
  readonly total: number;
  readonly sends: readonly Send[];
  /** Why rows did not succeed, the most frequent first. */
  readonly reasons: readonly Reason[];
}

export interface FactCollector {
  readonly add: (entry: Entry) => void;
  readonly facts: () => Facts;
}

const WITHOUT_SUCCESS: ReadonlySet<PublicStatus> = new Set(['failed', 'in_doubt', 'invalid', 'not_sent']);

/** Sums the rows up while they pass, so that they are read once and none is kept. */
export function collectFacts(): FactCollector {
  const counts: Record<PublicStatus, number> = {
    succeeded: 0,
    pending: 0,
    failed: 0,
    in_doubt: 0,
    invalid: 0,
    not_sent: 0,
  };
  const sends: Send[] = [];
  const reasons = new Map<string, Reason & { rows: number }>();
  const addReason = ({ status, message, serialNumber, number }: Entry, code: string): void => {
    const key = `${status} ${code}`;
    const known = reasons.get(key);
    if (known !== undefined) known.rows++;
    else reasons.set(key, { status, code, rows: 1, message, example: serialNumber || `row ${number}` });
  };
  return {
    add: (entry) => {
      const { status, submitted_at: at } = entry;
      counts[status]++;
      if (entry.code !== null && WITHOUT_SUCCESS.has(status)) addReason(entry, entry.code);
      if (at !== null && entry.sends > 0) {
        sends.push({ at, status, tookMs: tookMs(entry), again: entry.sends - 1 });
      }
    },
    facts: () => ({
      counts,
      total: PUBLIC_STATUSES.reduce((sum, status) => sum + counts[status], 0),
      sends: sends.sort((a, b) => a.at - b.at),
      reasons: [...reasons.values()].sort((a, b) => b.rows - a.rows),
    }),
  };
}

/** The value below which that share of the sorted numbers lies. */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? sorted[0];
}
