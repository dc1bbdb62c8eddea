import { sql } from 'kysely';
import type { WholeLedger } from '../sql/copy.js';

/** Writes rows of any table as they stand: all of them in one value, which the server takes apart. */
export const insertRows: WholeLedger['insert'] = async (trx, table, rows) => {
  const columns = sql.join(Object.keys(rows[0] ?? {}).map((name) => sql.ref(name)));
  const text = JSON.stringify(rows, (_, value) =>
    typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '') : value,
  );
  await sql`
    insert into ${sql.table(table)} (${columns})
    select ${columns} from json_populate_recordset(null::${sql.table(table)}, ${text}::json)`.execute(trx);
};
