import { sql, type Transaction } from 'kysely';
import type { Finding } from '../../common/finding.js';
import type { BatchId, SerialKey } from '../../common/ids.js';
import type { CheckedLine, Orderable } from '../checked-line.js';
import { conflictingTwin, type Existing, isOrdered, type StandsFor, type TermNames } from '../decide-load.js';
import type { LedgerTables, RejectedLine } from '../schema.js';

export interface LoadOptions {
  readonly batch: BatchId;
  readonly runNo: number;
  readonly allowRepeat: boolean;
  readonly names?: TermNames | undefined;
  readonly standsFor: StandsFor;
  /** Epoch ms. */
  readonly now: number;
  readonly onFinding: (finding: Finding) => void;
}

/** Makes rows and rejected lines of a file's lines, chunk by chunk, in the caller's transaction. */
export interface Loader {
  readonly load: (lines: readonly CheckedLine[]) => Promise<void>;
  /** To be called after the last chunk. */
  readonly finish: () => Promise<void>;
}

export type RejectableLine = Pick<CheckedLine, 'position' | 'line' | 'cells' | 'snKey'>;
export type Known = Existing & { readonly cells: string };
/** What is asked of a line whose serial number came before. */
export type Twin = RejectableLine & {
  readonly snKey: SerialKey;
  readonly order: Pick<Orderable['order'], 'planId' | 'serialNumber'>;
};

export const KNOWN_FIELDS = [
  'batch',
  'sn_key',
  'run_no',
  'removed_in_run',
  'position',
  'line',
  'status',
  'needs_person',
  'plan_id',
  'billing_contact_id',
  'billing_cycle',
  'multi_cycle',
  'submitted_at',
  'finished_at',
  'order_status',
  'cells',
] as const satisfies readonly (keyof Known)[];

/** What a database writes of many lines at once. */
export interface LineStatements {
  /** @returns how many were new: a serial number that the batch has already is left as it stands */
  readonly insert: (rows: readonly Orderable[]) => Promise<number>;
  /** Takes rows over into this run; `renew` gives them the file's terms too, `keep` leaves what was ordered. */
  readonly rewrite: (rows: readonly Orderable[], how: 'keep' | 'renew') => Promise<void>;
  readonly reject: (lines: readonly RejectedLine[]) => Promise<void>;
}

/** What all ways of loading a file write. */
export function createLineWriter(
  trx: Transaction<LedgerTables>,
  options: LoadOptions,
  statements: LineStatements,
) {
  let rejected: RejectedLine[] = [];

  const reject = (line: RejectableLine, findings: readonly Finding[]): void => {
    for (const finding of findings) options.onFinding(finding);
    const [first] = findings;
    if (first === undefined) return;
    rejected.push({
      batch: options.batch,
      position: line.position,
      line: line.line,
      sn_key: line.snKey ?? null,
      cells: line.cells,
      code: first.code,
      message: findings.map((finding) => finding.message).join('; '),
    });
  };

  /** The batch as an expression: by its index, a planner would read the whole batch for one row. */
  const takeOut = async (snKey: SerialKey): Promise<void> => {
    await trx
      .updateTable('order_row')
      .set({ run_no: 0, removed_in_run: options.runNo })
      .where('sn_key', '=', snKey)
      .where(sql<string>`order_row.batch || ''`, '=', options.batch)
      .execute();
  };

  return {
    reject,
    takeOut,

    /** To be called after each chunk: what was rejected is written then. */
    flush: async (): Promise<void> => {
      const lines = rejected;
      rejected = [];
      if (lines.length > 0) await statements.reject(lines);
    },

    /**
     * Rejects a line whose serial number came before in this file. Where the two disagree about the plan, the first
     * is rejected as well.
     * @returns the first as it stands then
     */
    rejectTwin: async (row: Twin, finding: Finding, first: Known): Promise<Known> => {
      reject(row, [finding]);
      if (first.run_no !== options.runNo || first.plan_id === row.order.planId || isOrdered(first.status))
        return first;
      await takeOut(row.snKey);
      reject({ ...first, snKey: row.snKey }, [conflictingTwin(first, row)]);
      return { ...first, run_no: 0, removed_in_run: options.runNo };
    },
  };
}
