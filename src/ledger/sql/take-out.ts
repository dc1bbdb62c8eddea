import type { Kysely } from 'kysely';
import type { RowFinding } from '../checked-line.js';
import type { LedgerTables, RunKey } from '../schema.js';

/** Makes rejected lines of rows that wait to be sent; a row that is anything else by now stays as it is. */
export const takeRowsOut = (
  db: Kysely<LedgerTables>,
  { batch, runNo }: RunKey,
  rows: readonly RowFinding[],
): Promise<void> =>
  db.transaction().execute(async (trx) => {
    for (const { snKey, finding } of rows) {
      const taken = await trx
        .updateTable('order_row')
        .set({ run_no: 0, removed_in_run: runNo })
        .where('batch', '=', batch)
        .where('sn_key', '=', snKey)
        .where('run_no', '=', runNo)
        .where('status', 'in', ['not_sent', 'failed'])
        .returning(['position', 'line', 'cells'])
        .executeTakeFirst();
      if (taken === undefined) continue;
      const { code, message } = finding;
      await trx
        .insertInto('rejected_line')
        .values({ batch, ...taken, sn_key: snKey, code, message })
        .execute();
    }
  });
