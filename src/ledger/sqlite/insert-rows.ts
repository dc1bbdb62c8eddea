import type { WholeLedger } from '../sql/copy.js';

/** SQLite takes so many values in one statement. */
const MOST_VALUES = 32_000;

/** Writes rows of any table as they stand. */
export const insertRows: WholeLedger['insert'] = async (trx, table, rows) => {
  const columns = Object.keys(rows[0] ?? {}).length;
  const most = Math.max(1, Math.floor(MOST_VALUES / Math.max(1, columns)));
  for (let at = 0; at < rows.length; at += most) {
    await trx
      .insertInto(table)
      .values(rows.slice(at, at + most) as never)
      .execute();
  }
};
