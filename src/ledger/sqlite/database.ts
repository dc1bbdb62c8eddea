import Sqlite from 'better-sqlite3';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import type { LedgerTables } from '../schema.js';
import { assertKnown, migrate, SHARED_MIGRATIONS } from '../sql/migrations.js';
import { ensurePrivateFile } from './private-file.js';
import { ledgerProblem } from './sqlite-errors.js';

/** Readers (`status` beside a run) and the writer's checkpoints pass each other within this time. */
const BUSY_MS = 5_000;

/**
 * Pages in the write-ahead log (40 MB) before they are moved to the ledger: the same pages are written again and
 * again, so seldom is cheaper, and each time everything waits.
 */
const WAL_PAGES = 10_000;

/** A ledger's file: `db` and `sqlite` are one connection. */
export interface OpenFile {
  readonly db: Kysely<LedgerTables>;
  readonly sqlite: Sqlite.Database;
}

/**
 * Opens the ledger's SQLite file, made for its owner alone (0600). WAL with `synchronous=FULL`: when a commit
 * returns, it is on the disk.
 */
export async function openDatabase(path: string): Promise<OpenFile> {
  try {
    ensurePrivateFile(path);
    const sqlite = new Sqlite(path, { timeout: BUSY_MS });
    try {
      sqlite.pragma('journal_mode = WAL');
      sqlite.pragma('synchronous = FULL');
      sqlite.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
      // A file that can be opened may still be one that cannot be written.
      sqlite.exec('BEGIN IMMEDIATE; ROLLBACK');
      const db = new Kysely<LedgerTables>({
        dialect: new SqliteDialect({ database: rememberingStatements(sqlite) }),
      });
      // The migrator runs SQLite's without a transaction: a kill half way would leave a ledger that nobody can open.
      sqlite.exec('BEGIN IMMEDIATE');
      assertKnown(await appliedMigrations(db as Kysely<unknown>), SHARED_MIGRATIONS, path);
      await migrate(db as Kysely<unknown>, SHARED_MIGRATIONS);
      sqlite.exec('COMMIT');
      return { db, sqlite };
    } catch (error) {
      sqlite.close();
      throw error;
    }
  } catch (error) {
    throw ledgerProblem(error, path) ?? error;
  }
}

async function appliedMigrations(db: Kysely<unknown>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const applied = db as Kysely<{ kysely_migration: { name: string } }>;
  const rows = await applied.selectFrom('kysely_migration').select('name').execute();
  return rows.map((row) => row.name);
}

/** The query builder prepares each statement anew; the texts are few, so each is prepared once. */
function rememberingStatements(sqlite: Sqlite.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => sqlite.close(),
    prepare: (sql) => {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = sqlite.prepare(sql) as SqliteStatement;
        if (sql === 'rollback') statement = rollbackWhereNeeded(sqlite, statement);
        statements.set(sql, statement);
      }
      return statement;
    },
  };
}

/**
 * A full disk ends SQLite's transaction by itself. The query builder's rollback would then fail, and its error
 * would stand in the place of the one that says what happened.
 */
const rollbackWhereNeeded = (sqlite: Sqlite.Database, rollback: SqliteStatement): SqliteStatement => ({
  reader: rollback.reader,
  all: (parameters) => rollback.all(parameters),
  iterate: (parameters) => rollback.iterate(parameters),
  run: (parameters) => (sqlite.inTransaction ? rollback.run(parameters) : { changes: 0, lastInsertRowid: 0 }),
});
