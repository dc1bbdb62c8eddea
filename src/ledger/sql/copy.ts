import { type Kysely, sql, type Transaction } from 'kysely';
import type { LedgerTables } from '../schema.js';

/** A whole ledger, in nobody's use but a copy's. */
export interface WholeLedger {
  readonly name: string;
  readonly db: Kysely<LedgerTables>;
  /** What time it is there: see `LedgerTime`. */
  readonly now: number;
  /** Where its tables are, if the database has several of such places. */
  readonly schema?: string;
  /** Writes rows as they stand. */
  readonly insert: (
    trx: Transaction<LedgerTables>,
    table: CopiedTable,
    rows: readonly object[],
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** All tables but that of the ledger itself, by what their rows are told apart by. The compiler asks for new ones. */
const TABLES = {
  batch: ['id'],
  order_row: ['batch', 'sn_key'],
  rejected_line: ['batch', 'position'],
  credit: ['order_no'],
  look: ['no'],
  portal_order: ['order_no'],
  portal_serial: ['order_no', 'place', 'sn_key'],
  portal_reference: ['order_no', 'place', 'reference_key'],
  batch_run: ['batch', 'run_no'],
  send: ['batch', 'sn_key', 'claim_no'],
} as const satisfies {
  readonly [T in Exclude<keyof LedgerTables, 'ledger'>]: readonly (keyof LedgerTables[T])[];
};

export type CopiedTable = keyof typeof TABLES;
export const COPIED_TABLES = Object.keys(TABLES) as readonly CopiedTable[];

/** Times by a ledger's own clock: they mean the same moment by the other one's. */
const OWN_TIMES: Partial<Record<CopiedTable, readonly string[]>> = {
  order_row: ['open_until', 'intended_at'],
  credit: ['at'],
  look: ['began_at', 'ended_at'],
};

/** Rows that are read and written at a time. */
const PORTION = 500;

type Columns = ReadonlyMap<string, ReadonlySet<string>>;
type Row = Readonly<Record<string, unknown>>;

/**
 * Copies all rows.
 * @param trx writes to the target, whole or not at all
 * @param columns of the target: what only the source needs, such as who works on a batch at this moment, stays behind
 * @param told how many rows of a table are copied
 */
export async function copyTables(
  from: WholeLedger,
  to: WholeLedger,
  trx: Transaction<LedgerTables>,
  columns: Columns,
  told: (table: CopiedTable, rows: number) => void,
): Promise<void> {
  for (const table of COPIED_TABLES) {
    let copied = 0;
    const kept = columns.get(table) ?? new Set();
    for await (const rows of portionsOf(from.db, table)) {
      await to.insert(
        trx,
        table,
        rows.map((row) => written(row, kept, OWN_TIMES[table] ?? [], to.now - from.now)),
      );
      copied += rows.length;
      told(table, copied);
    }
  }
}

async function* portionsOf(db: Kysely<LedgerTables>, table: CopiedTable): AsyncGenerator<readonly Row[]> {
  const keys = TABLES[table];
  const key = sql.join(keys.map((name) => sql.ref(name)));
  for (let last: Row | undefined; ; ) {
    const after = last;
    const behind =
      after === undefined ? sql`` : sql`where (${key}) > (${sql.join(keys.map((name) => after[name]))})`;
    const { rows } = await sql<Row>`
      select * from ${sql.table(table)} ${behind} order by ${key} limit ${sql.lit(PORTION)}`.execute(db);
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1);
  }
}

const written = (row: Row, kept: ReadonlySet<string>, times: readonly string[], by: number): Row =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => kept.has(name))
      .map(([name, value]) => [name, times.includes(name) && typeof value === 'number' ? value + by : value]),
  );

/** The columns of each table. */
export async function columnsOf({ db, schema }: WholeLedger): Promise<Columns> {
  const tables = await db.introspection.getTables();
  return new Map(
    tables
      .filter((table) => schema === undefined || table.schema === schema)
      .map(({ name, columns }) => [name, new Set(columns.map((column) => column.name))]),
  );
}

/** How many rows each table has. */
export async function countTables(db: Kysely<LedgerTables>): Promise<Readonly<Record<CopiedTable, number>>> {
  const counts: Partial<Record<CopiedTable, number>> = {};
  for (const table of COPIED_TABLES) {
    const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`.execute(
      db,
    );
    counts[table] = Number(rows[0]?.rows ?? 0);
  }
  return counts as Record<CopiedTable, number>;
}
