import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { Orderable } from '../checked-line.js';
import type { LedgerTables } from '../schema.js';
import { termsOf } from '../sql/terms.js';
import type { LineStatements, LoadOptions } from '../sql/write-lines.js';

const GROUP = 100;

/** A statement costs next to nothing here, so most write one line. */
export function lineStatements(
  trx: Transaction<LedgerTables>,
  options: Pick<LoadOptions, 'batch' | 'runNo'>,
): LineStatements {
  const { batch, runNo } = options;
  const insertGroup = insertStatement(trx, GROUP);
  const insertOne = insertStatement(trx, 1);

  const run = async (statement: CompiledQuery, rows: readonly Orderable[]): Promise<number> => {
    const query = { ...statement, parameters: parametersOf(rows, options) };
    return Number((await trx.executeQuery(query)).numAffectedRows ?? 0n);
  };

  return {
    insert: async (rows) => {
      let inserted = 0;
      let at = 0;
      for (; at + GROUP <= rows.length; at += GROUP) {
        inserted += await run(insertGroup, rows.slice(at, at + GROUP));
      }
      for (; at < rows.length; at++) inserted += await run(insertOne, rows.slice(at, at + 1));
      return inserted;
    },
    rewrite: async (rows, how) => {
      for (const row of rows) {
        const place = { run_no: runNo, position: row.position, line: row.line, cells: row.cells };
        await trx
          .updateTable('order_row')
          .set(how === 'keep' ? place : { ...place, ...termsOf(row) })
          .where('batch', '=', batch)
          .where('sn_key', '=', row.snKey)
          .execute();
      }
    },
    reject: async (lines) => {
      for (const line of lines) await trx.insertInto('rejected_line').values(line).execute();
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
