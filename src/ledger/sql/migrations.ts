import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Problem } from '../../common/errors.js';
import { addJobColumns } from './job-columns.js';
import { createKeyIndexes } from './key-indexes.js';
import { addMirror } from './mirror-tables.js';
import { addRunTables } from './run-tables.js';

/** Each migration stands for good once released; a change to the tables is another one. */
export const SHARED_MIGRATIONS: Record<string, Migration> = {
  '001-first-ledger': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('ledger')
        .addColumn('id', 'integer', (c) => c.primaryKey())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('batch')
        .addColumn('id', 'text', (c) => c.primaryKey().notNull())
        .addColumn('job', 'text', (c) => c.notNull())
        .addColumn('file', 'text', (c) => c.notNull())
        .addColumn('run_no', 'integer', (c) => c.notNull())
        .addColumn('dialect', 'text', (c) => c.notNull())
        .addColumn('columns', 'text', (c) => c.notNull())
        .addColumn('reference_echo', 'text', (c) => c.notNull())
        .addColumn('looked_back_at', 'bigint')
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('updated_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('order_row')
        .addColumn('batch', 'text', (c) => c.notNull())
        .addColumn('sn_key', 'text', (c) => c.notNull())
        .addColumn('run_no', 'integer', (c) => c.notNull())
        .addColumn('position', 'integer', (c) => c.notNull())
        .addColumn('line', 'integer', (c) => c.notNull())
        .addColumn('cells', 'text', (c) => c.notNull())
        .addColumn('serial_number', 'text', (c) => c.notNull())
        .addColumn('plan_id', 'text', (c) => c.notNull())
        .addColumn('billing_contact_id', 'text', (c) => c.notNull())
        .addColumn('multi_cycle', 'integer', (c) => c.notNull())
        .addColumn('own_po_number', 'text')
        .addColumn('status', 'text', (c) => c.notNull().defaultTo('not_sent'))
        .addColumn('held', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('reference', 'text')
        .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('run_attempts', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('sent_run', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('submitted_at', 'bigint')
        .addColumn('open_until', 'bigint')
        .addColumn('doubt_since', 'bigint')
        .addColumn('finished_at', 'bigint')
        .addColumn('order_no', 'text')
        .addColumn('transaction_no', 'text')
        .addColumn('order_status', 'text')
        .addColumn('instance_id', 'text')
        .addColumn('request_id', 'text')
        .addColumn('error_code', 'text')
        .addColumn('error_message', 'text')
        .execute();
      // Serves the queue and the results; a row's moves leave it alone, since no status is in it.
      await db.schema
        .createIndex('order_row_position')
        .on('order_row')
        .columns(['batch', 'run_no', 'position'])
        .execute();
      await createKeyIndexes(db);
      await db.schema
        .createTable('rejected_line')
        .addColumn('batch', 'text', (c) => c.notNull())
        .addColumn('position', 'integer', (c) => c.notNull())
        .addColumn('line', 'integer', (c) => c.notNull())
        .addColumn('sn_key', 'text')
        .addColumn('cells', 'text', (c) => c.notNull())
        .addColumn('code', 'text', (c) => c.notNull())
        .addColumn('message', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('rejected_line_pk', ['batch', 'position'])
        .execute();
      await db.schema
        .createTable('credit')
        .addColumn('order_no', 'text', (c) => c.primaryKey().notNull())
        .addColumn('batch', 'text', (c) => c.notNull())
        .addColumn('sn_key', 'text', (c) => c.notNull())
        .execute();
    },
  },
  '002-mirror': { up: addMirror },
  '003-job': { up: addJobColumns },
  '004-claims': {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable('order_row').addColumn('owner', 'text').execute();
      await db.schema
        .alterTable('order_row')
        .addColumn('claim_no', 'integer', (c) => c.notNull().defaultTo(0))
        .execute();
    },
  },
  '005-runs': { up: addRunTables },
  // The numbers between are those of a ledger on PostgreSQL.
  '011-account': {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable('batch_run').addColumn('account', 'text').execute();
    },
  },
};

/** Refuses a ledger that a newer version of this program has changed. */
export function assertKnown(
  applied: readonly string[],
  migrations: Readonly<Record<string, Migration>>,
  ledger: string,
): void {
  if (applied.every((name) => migrations[name] !== undefined)) return;
  throw new Problem('ledger_newer', `The ledger ${ledger} was written by a newer version of this program.`, {
    remedy: 'Use that version, or name another ledger with --ledger.',
  });
}

/**
 * Brings the tables up to date.
 * @param schema where they are, if the database has several
 */
export async function migrate(
  db: Kysely<unknown>,
  migrations: Record<string, Migration>,
  schema?: string,
): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(migrations) };
  const where = schema === undefined ? {} : { migrationTableSchema: schema };
  const { error } = await new Migrator({ db, provider, ...where }).migrateToLatest();
  if (error !== undefined) throw error;
}
