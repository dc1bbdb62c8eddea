import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { Finding } from '../finding.js';
import type { BatchId, BillingContactId, PlanId, SerialKey, SerialNumber } from '../ids.js';
import {
  conflictingTwin,
  decideLoad,
  duplicateOfInvalid,
  type Existing,
  isOrdered,
  UNORDERED,
} from './decide-load.js';
import type { LedgerTables, RejectedLine } from './schema.js';

/** A line of the file after all checks that need no ledger. */
export interface CheckedLine {
  readonly position: number;
  readonly line: number;
  /** The carried-through cells, as JSON. */
  readonly cells: string;
  readonly snKey: SerialKey | undefined;
  /** What is to be ordered; absent where the line has findings. */
  readonly order: OrderTerms | undefined;
  readonly findings: readonly Finding[];
}

export interface OrderTerms {
  readonly serialNumber: SerialNumber;
  readonly planId: PlanId;
  readonly billingContactId: BillingContactId;
  readonly multiCycle: number;
  readonly ownPoNumber: string | undefined;
}

export interface LoadOptions {
  readonly batch: BatchId;
  readonly runNo: number;
  readonly allowRepeat: boolean;
  /** True when rows of this or another batch may already be there for a serial number. */
  readonly mayExist: boolean;
  readonly onFinding: (finding: Finding) => void;
}

type Orderable = CheckedLine & { readonly snKey: SerialKey; readonly order: OrderTerms };
type RejectableLine = Pick<CheckedLine, 'position' | 'line' | 'cells' | 'snKey'>;
type Known = Existing & { readonly cells: string };

const GROUP = 100;

/** Writes a chunk of the file to the ledger, in the caller's transaction; what cannot be ordered is rejected. */
export function createLoader(trx: Transaction<LedgerTables>, options: LoadOptions) {
  const insertGroup = insertStatement(trx, GROUP);
  const insertOne = insertStatement(trx, 1);

  const run = async (statement: CompiledQuery, rows: readonly Orderable[]): Promise<number> => {
    const query = { ...statement, parameters: parametersOf(rows, options) };
    return Number((await trx.executeQuery(query)).numAffectedRows ?? 0n);
  };

  const insert = async (rows: readonly Orderable[]): Promise<number> => {
    let inserted = 0;
    let at = 0;
    for (; at + GROUP <= rows.length; at += GROUP) {
      inserted += await run(insertGroup, rows.slice(at, at + GROUP));
    }
    for (; at < rows.length; at++) inserted += await run(insertOne, rows.slice(at, at + 1));
    return inserted;
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

  const existing = async (rows: readonly Orderable[]): Promise<Map<SerialKey, Known[]>> => {
    const keys = rows.map((row) => row.snKey);
    const found = await trx
      .selectFrom('order_row')
      .select([
        'batch',
        'sn_key',
        'run_no',
        'position',
        'line',
        'status',
        'held',
        'plan_id',
        'order_status',
        'cells',
      ])
      .where('sn_key', 'in', keys)
      .execute();
    const groups = new Map<SerialKey, Known[]>();
    for (const row of found) groups.set(row.sn_key, [...(groups.get(row.sn_key) ?? []), row]);
    return groups;
  };

  const takeOut = async (snKey: SerialKey): Promise<void> => {
    await trx
      .updateTable('order_row')
      .set({ run_no: -options.runNo })
      .where('batch', '=', options.batch)
      .where('sn_key', '=', snKey)
      .execute();
  };

  /** A serial number that came before: where the two disagree about the plan, neither is ordered. */
  const rejectTwin = async (row: Orderable, known: readonly Known[]): Promise<void> => {
    const decision = decideLoad(known, row, options);
    if (decision.do !== 'reject') return;
    await reject(row, [decision.finding]);
    const first = known.find((other) => other.batch === options.batch);
    if (first?.run_no !== options.runNo || first.plan_id === row.order.planId || isOrdered(first.status))
      return;
    await takeOut(row.snKey);
    await reject({ ...first, snKey: row.snKey }, [conflictingTwin(first, row)]);
  };

  const loadKnown = async (rows: readonly Orderable[]): Promise<Orderable[]> => {
    const known = await existing(rows);
    const fresh: Orderable[] = [];
    for (const row of rows) {
      const own = known.get(row.snKey) ?? [];
      const decision = decideLoad(own, row, options);
      if (decision.do === 'insert') fresh.push(row);
      else if (decision.do === 'reject') await rejectTwin(row, own);
      else await rewrite(trx, row, options, decision.do);
    }
    return fresh;
  };

  return {
    load: async (lines: readonly CheckedLine[]): Promise<void> => {
      const first = new Map<SerialKey, Orderable>();
      const twins: Orderable[] = [];
      for (const line of lines) {
        if (!isOrderable(line)) await reject(line, line.findings);
        else if (first.has(line.snKey)) twins.push(line);
        else first.set(line.snKey, line);
      }
      const distinct = [...first.values()];
      const fresh = options.mayExist ? await loadKnown(distinct) : distinct;
      if ((await insert(fresh)) < fresh.length) {
        // A batch new to the ledger, and a serial number that stood in an earlier chunk of this file.
        const known = await existing(fresh);
        twins.push(...fresh.filter((row) => known.get(row.snKey)?.[0]?.position !== row.position));
      }
      // A twin is judged by what its first became: that one may have been rejected itself.
      for (const twin of twins) await insert(await loadKnown([twin]));
    },

    /** After the last chunk: a serial number that also stands in a line with findings is not ordered. */
    finish: async (): Promise<void> => {
      const partners = await trx
        .selectFrom('rejected_line as other')
        // From the rejected lines to the rows, never the other way round: there are few of them.
        .crossJoin('order_row as row')
        .select([
          'row.sn_key',
          'row.serial_number',
          'row.position',
          'row.line',
          'row.cells',
          'other.line as at',
        ])
        .where('other.batch', '=', options.batch)
        .where('other.code', '!=', 'duplicate_serial_number')
        .whereRef('row.batch', '=', 'other.batch')
        .whereRef('row.sn_key', '=', 'other.sn_key')
        .where('row.run_no', '=', options.runNo)
        .where('row.status', 'in', UNORDERED)
        .execute();
      for (const { at, serial_number, ...row } of new Map(
        partners.map((row) => [row.sn_key, row]),
      ).values()) {
        await takeOut(row.sn_key);
        await reject({ ...row, snKey: row.sn_key }, [duplicateOfInvalid(row.line, serial_number, at)]);
      }
    },
  };
}

const isOrderable = (line: CheckedLine): line is Orderable =>
  line.order !== undefined && line.snKey !== undefined && line.findings.length === 0;

/** Takes a row over into this run; `renew` gives it the file's terms too, `keep` leaves what was ordered. */
async function rewrite(
  trx: Transaction<LedgerTables>,
  row: Orderable,
  { batch, runNo }: LoadOptions,
  how: 'keep' | 'renew',
): Promise<void> {
  const place = { run_no: runNo, position: row.position, line: row.line, cells: row.cells };
  await trx
    .updateTable('order_row')
    .set(how === 'keep' ? place : { ...place, ...termsOf(row) })
    .where('batch', '=', batch)
    .where('sn_key', '=', row.snKey)
    .execute();
}

const termsOf = (row: Orderable) => ({
  serial_number: row.order.serialNumber,
  plan_id: row.order.planId,
  billing_contact_id: row.order.billingContactId,
  multi_cycle: row.order.multiCycle,
  own_po_number: row.order.ownPoNumber ?? null,
});

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
function parametersOf(rows: readonly Orderable[], { batch, runNo }: LoadOptions): unknown[] {
  const parameters: unknown[] = [];
  for (const { snKey, position, line, cells, order } of rows) {
    parameters.push(batch, snKey, runNo, position, line, cells, order.serialNumber, order.planId);
    parameters.push(order.billingContactId, order.multiCycle, order.ownPoNumber ?? null);
  }
  return parameters;
}
