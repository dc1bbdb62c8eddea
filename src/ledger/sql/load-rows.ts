import type { Transaction } from 'kysely';
import type { Finding } from '../../common/finding.js';
import type { BatchId, SerialKey } from '../../common/ids.js';
import { isOrderable, type Orderable } from '../checked-line.js';
import { decideLoad, duplicateOfInvalid, UNORDERED } from '../decide-load.js';
import type { LedgerTables } from '../schema.js';
import {
  createLineWriter,
  KNOWN_FIELDS,
  type Known,
  type LineStatements,
  type Loader,
  type LoadOptions,
} from './write-lines.js';

/** Loads a file into a ledger that may have rows for its serial numbers: each is looked up before it is written. */
export function createLoader(
  trx: Transaction<LedgerTables>,
  options: LoadOptions,
  statements: LineStatements,
): Loader {
  const { reject, rejectTwin, flush } = createLineWriter(trx, options, statements);
  let operations: ReadonlyMap<BatchId, string> | undefined;

  const existing = async (rows: readonly Orderable[]): Promise<Map<SerialKey, Known[]>> => {
    const keys = rows.map((row) => row.snKey);
    const found = await trx
      .selectFrom('order_row')
      .select(KNOWN_FIELDS)
      .where('sn_key', 'in', keys)
      .execute();
    const groups = new Map<SerialKey, Known[]>();
    for (const row of found) groups.set(row.sn_key, [...(groups.get(row.sn_key) ?? []), row]);
    return groups;
  };

  const rejectKnown = async (row: Orderable, finding: Finding, known: readonly Known[]): Promise<void> => {
    const first = known.find((other) => other.batch === options.batch);
    if (first === undefined) reject(row, [finding]);
    else await rejectTwin(row, finding, first);
  };

  const loadAll = async (rows: readonly Orderable[]): Promise<void> => {
    if (rows.length === 0) return;
    const known = await existing(rows);
    operations ??= await operationsOf(trx);
    const taken: Record<'insert' | 'keep' | 'renew', Orderable[]> = { insert: [], keep: [], renew: [] };
    for (const row of rows) {
      const own = known.get(row.snKey) ?? [];
      const decision = decideLoad(own, row, { ...options, operations });
      if (decision.do === 'reject') await rejectKnown(row, decision.finding, own);
      else taken[decision.do].push(row);
    }
    if (taken.keep.length > 0) await statements.rewrite(taken.keep, 'keep');
    if (taken.renew.length > 0) await statements.rewrite(taken.renew, 'renew');
    if (taken.insert.length > 0) await statements.insert(taken.insert);
  };

  return {
    load: async (lines) => {
      const first = new Map<SerialKey, Orderable>();
      const twins: Orderable[] = [];
      for (const line of lines) {
        if (!isOrderable(line)) reject(line, line.findings);
        else if (first.has(line.snKey)) twins.push(line);
        else first.set(line.snKey, line);
      }
      await loadAll([...first.values()]);
      // A twin is judged by what its first became: that one may have been rejected itself.
      for (const twin of twins) await loadAll([twin]);
      await flush();
    },
    finish: () => rejectPartners(trx, options, statements),
  };
}

/** What each batch of the ledger orders. */
async function operationsOf(trx: Transaction<LedgerTables>): Promise<ReadonlyMap<BatchId, string>> {
  const batches = await trx.selectFrom('batch').select(['id', 'operation']).execute();
  return new Map(batches.map(({ id, operation }) => [id, operation]));
}

/** After the last chunk: a serial number that also stands in a line with findings is not ordered. */
export async function rejectPartners(
  trx: Transaction<LedgerTables>,
  options: LoadOptions,
  statements: LineStatements,
): Promise<void> {
  const { reject, takeOut, flush } = createLineWriter(trx, options, statements);
  const partners = await trx
    .selectFrom('rejected_line as other')
    // From the rejected lines to the rows, never the other way round: there are few of them.
    .crossJoin('order_row as row')
    .select(['row.sn_key', 'row.serial_number', 'row.position', 'row.line', 'row.cells', 'other.line as at'])
    .where('other.batch', '=', options.batch)
    .where('other.code', '!=', 'duplicate_serial_number')
    .whereRef('row.batch', '=', 'other.batch')
    .whereRef('row.sn_key', '=', 'other.sn_key')
    .where('row.run_no', '=', options.runNo)
    .where('row.status', 'in', UNORDERED)
    .execute();
  for (const { at, serial_number, ...row } of new Map(partners.map((row) => [row.sn_key, row])).values()) {
    await takeOut(row.sn_key);
    reject({ ...row, snKey: row.sn_key }, [duplicateOfInvalid(row.line, serial_number, at)]);
  }
  await flush();
}
