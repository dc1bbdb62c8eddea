import { type CompiledQuery, type Kysely, sql, type Transaction } from 'kysely';
import type { Finding } from '../../common/finding.js';
import type { BatchId, SerialKey } from '../../common/ids.js';
import type { CheckedLine, Orderable } from '../checked-line.js';
import { conflictingTwin, type Existing, isOrdered, type StandsFor } from '../decide-load.js';
import type { LedgerTables, RejectedLine } from '../schema.js';

export interface LoadOptions {
  readonly batch: BatchId;
  readonly runNo: number;
  readonly allowRepeat: boolean;
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

const GROUP = 100;

/** What both ways of loading a file write. */
export function createLineWriter(trx: Transaction<LedgerTables>, options: LoadOptions) {
  const insertGroup = insertStatement(trx, GROUP);
  const insertOne = insertStatement(trx, 1);

  const run = async (statement: CompiledQuery, rows: readonly Orderable[]): Promise<number> => {
    const query = { ...statement, parameters: parametersOf(rows, options) };
    return Number((await trx.executeQuery(query)).numAffectedRows ?? 0n);
  };

  const reject = async (line: RejectableLine, findings: readonly Finding[]): Promise<void> => {
    for (const finding of findings) options.onFinding(finding);
    const [first] = findings;
    if (first === undefined) return;
    const rejected: RejectedLine = {
      batch: options.batch,
      position: line.position,
      line: line.line,
      sn_key: line.snKey ?? null,
      cells: line.cells,
      code: first.code,
      message: findings.map((finding) => finding.message).join('; '),
    };
    await trx.insertInto('rejected_line').values(rejected).execute();
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

    /** @returns how many were new: a serial number that the batch has already is left as it stands */
    insert: async (rows: readonly Orderable[]): Promise<number> => {
      let inserted = 0;
      let at = 0;
      for (; at + GROUP <= rows.length; at += GROUP) {
        inserted += await run(insertGroup, rows.slice(at, at + GROUP));
      }
      for (; at < rows.length; at++) inserted += await run(insertOne, rows.slice(at, at + 1));
      return inserted;
    },

    /**
     * Rejects a line whose serial number came before in this file. Where the two disagree about the plan, the first
     * is rejected as well.
     * @returns the first as it stands then
     */
    rejectTwin: async (row: Twin, finding: Finding, first: Known): Promise<Known> => {
      await reject(row, [finding]);
      if (first.run_no !== options.runNo || first.plan_id === row.order.planId || isOrdered(first.status))
        return first;
      await takeOut(row.snKey);
      await reject({ ...first, snKey: row.snKey }, [conflictingTwin(first, row)]);
      return { ...first, run_no: 0, removed_in_run: options.runNo };
    },
  };
}

const COLUMNS = [
  'batch',
  'sn_key',
  'run_no',
  'position',
  'line',
  'cells',
  'serial_number',
  'plan_id',
  'billing_contact_id',
  'billing_cycle',
  'multi_cycle',
  'own_po_number',
] as const;

/** An insert of so many rows, compiled once: compiling it anew would cost more than running it. */
function insertStatement(db: Kysely<LedgerTables>, count: number): CompiledQuery {
  const blank = Object.fromEntries(COLUMNS.map((column) => [column, '']));
  return db
    .insertInto('order_row')
    .values(Array.from({ length: count }, () => blank as never))
    .onConflict((conflict) => conflict.doNothing())
    .compile();
}

/** The statement's parameters, row by row in the order of `COLUMNS`. */
function parametersOf(
  rows: readonly Orderable[],
  { batch, runNo }: Pick<LoadOptions, 'batch' | 'runNo'>,
): unknown[] {
  const parameters: unknown[] = [];
  for (const { snKey, position, line, cells, order } of rows) {
    parameters.push(batch, snKey, runNo, position, line, cells, order.serialNumber, order.planId);
    parameters.push(order.billingContactId, order.billingCycle, order.multiCycle, order.ownPoNumber ?? null);
  }
  return parameters;
}
