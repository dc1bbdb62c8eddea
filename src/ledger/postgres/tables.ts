import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type pg from 'pg';
import { Problem } from '../../common/errors.js';
import { noLedger } from '../kind.js';
import type { LedgerTables } from '../schema.js';
import { assertKnown, migrate, SHARED_MIGRATIONS } from '../sql/migrations.js';
import type { PostgresLocation } from './location.js';
import { addTeam } from './team-tables.js';

/** The shared tables, and what only a server needs: who works on a batch, and which server it was last. */
const MIGRATIONS: Record<string, Migration> = {
  ...SHARED_MIGRATIONS,
  '006-postgres': {
    up: async (db: Kysely<unknown>) => {
      await compareBytes(db);
      // A row's moves change none of its indexes: with some room in each page they stay cheap.
      await sql`alter table order_row set (fillfactor = 80)`.execute(db);
      await db.schema.alterTable('ledger').addColumn('incarnation', 'text').execute();
      await db.schema
        .createTable('holder')
        .addColumn('batch', 'text', (c) => c.primaryKey())
        .addColumn('host', 'text', (c) => c.notNull())
        .addColumn('pid', 'integer', (c) => c.notNull())
        .addColumn('started_at', 'bigint', (c) => c.notNull())
        .addColumn('backend', 'integer', (c) => c.notNull())
        .execute();
    },
  },
  '008-gate': {
    up: async (db: Kysely<unknown>) => {
      // The pace of all workers, for each portal account. Unlogged: no write waits for the disk. After a crash of the
      // server it is empty, and the pace begins anew.
      await sql`create unlogged table gate (account text primary key, state text, version text not null)`.execute(
        db,
      );
    },
  },
  '009-team': { up: addTeam },
  '010-look-lease': {
    up: async ({ schema }: Kysely<unknown>) => {
      await schema.alterTable('look').addColumn('leased_until', 'bigint').execute();
    },
  },
};

/** By the rules of a language, another order of serial numbers would be another plan's hash. */
async function compareBytes(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ table_name: string; column_name: string }>`
    select table_name, column_name from information_schema.columns
    where table_schema = current_schema() and data_type = 'text' and table_name not like 'kysely%'`.execute(
    db,
  );
  for (const { table_name, column_name } of rows) {
    const [table, column] = [sql.table(table_name), sql.ref(column_name)];
    await sql`alter table ${table} alter column ${column} type text collate "C"`.execute(db);
  }
}

/** Makes the schema and its tables, or brings them up to date, if the role may. */
export async function makeTables(
  db: Kysely<LedgerTables>,
  pool: pg.Pool,
  location: PostgresLocation,
  existing: boolean,
): Promise<void> {
  const { schema, name } = location;
  const applied = await appliedMigrations(pool, schema);
  if (applied === undefined && existing) throw noLedger(name);
  assertKnown(applied ?? [], MIGRATIONS, name);
  if (applied?.length === Object.keys(MIGRATIONS).length) return;
  if (applied === undefined) await makeSchema(pool, location);
  await migrate(db as Kysely<unknown>, MIGRATIONS, schema);
}

/** For those who only look: everything has to be there. */
export async function assertTables(pool: pg.Pool, { schema, name }: PostgresLocation): Promise<void> {
  const applied = await appliedMigrations(pool, schema);
  if (applied === undefined) throw noLedger(name);
  assertKnown(applied, MIGRATIONS, name);
  if (applied.length === Object.keys(MIGRATIONS).length) return;
  throw new Problem('ledger_older', `The ledger ${name} was written by an older version of this program.`, {
    remedy: 'The next run with this version updates it; after that it can be read.',
  });
}

/** `undefined`: there is no ledger in the schema. */
async function appliedMigrations(pool: pg.Pool, schema: string): Promise<readonly string[] | undefined> {
  const { rows: found } = await pool.query<{ there: boolean }>(
    'select to_regclass($1) is not null as there',
    [`${schema}.kysely_migration`],
  );
  if (found[0]?.there !== true) return undefined;
  const { rows } = await pool.query<{ name: string }>('select name from kysely_migration order by name');
  return rows.length === 0 ? undefined : rows.map(({ name }) => name);
}

async function makeSchema(pool: pg.Pool, { schema, name }: PostgresLocation): Promise<void> {
  const { rows } = await pool.query<{
    there: boolean;
    mayUse: boolean;
    mayMake: boolean;
    user: string;
    reserved: boolean;
  }>(
    `select to_regnamespace($1) is not null as there, current_user as user,
            exists (select 1 from pg_get_keywords() where word = $1 and catcode in ('R', 'T')) as reserved,
            has_database_privilege(current_database(), 'create') as "mayMake",
            to_regnamespace($1) is not null and has_schema_privilege($1, 'create') as "mayUse"`,
    [schema],
  );
  const [found] = rows;
  if (found?.reserved === true) {
    throw new Problem('wrong_option', `The schema "${schema}" of --ledger is a word of SQL.`, {
      remedy: 'Nothing was sent. Choose another name.',
    });
  }
  if (found?.mayUse === true) return;
  if (found?.there !== true && found?.mayMake === true) {
    // Another process may make it at the same moment.
    await pool.query(`create schema if not exists ${schema}`).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && ['23505', '42P06'].includes(String(error.code))))
        throw error;
    });
    return;
  }
  throw new Problem(
    'ledger_no_schema',
    `The ledger ${name} has no schema "${schema}" in which ${found?.user} may make tables.`,
    {
      remedy: `Ask the owner of the database to run: CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION "${found?.user}";`,
    },
  );
}
