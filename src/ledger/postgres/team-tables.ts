import { type Kysely, sql } from 'kysely';

/** What several workers need to share a batch. */
export async function addTeam(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .alterTable('batch')
    .addColumn('work_state', 'text', (c) => c.notNull().defaultTo('closed'))
    .addColumn('settings', 'text', (c) => c.notNull().defaultTo('{}'))
    .addColumn('stop', 'text')
    .addColumn('limit_left', 'integer')
    .addColumn('server_start', 'text')
    .execute();
  await schema.alterTable('order_row').addColumn('reserved_until', 'bigint').execute();
  // Without the rows that are done: who looks for the next one must not read a million of them first.
  for (const status of ['not_sent', 'failed']) {
    await sql`create index ${sql.ref(`order_row_${status}`)} on order_row (batch, run_no, position)
      where status = ${sql.lit(status)}`.execute(db);
  }
  await sql`create index order_row_owned on order_row (batch, run_no, position)
    where status in ('not_sent', 'failed') and owner is not null`.execute(db);
  await sql`create index order_row_open on order_row (batch, sn_key) where status in ('sending', 'in_doubt')`.execute(
    db,
  );
  await schema
    .createTable('access_token')
    .addColumn('account', 'text', (c) => c.primaryKey())
    .addColumn('sealed', 'text')
    .addColumn('generation', 'integer', (c) => c.notNull())
    .addColumn('leased_until', 'bigint')
    .execute();
  await schema
    .createTable('worker')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('pid', 'integer', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addColumn('batch', 'text')
    .addColumn('lanes', 'integer', (c) => c.notNull())
    .addColumn('coordinates', 'boolean', (c) => c.notNull())
    .execute();
}
