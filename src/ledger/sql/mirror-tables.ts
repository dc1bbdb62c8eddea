import { type Kysely, sql } from 'kysely';

/**
 * What the portal was seen to show, and the ledger's own time. Times that an older version wrote by the wall clock
 * go on as the ledger's time, from the latest of them: then a row in doubt is watched for no less than before.
 */
export async function addMirror(db: Kysely<unknown>): Promise<void> {
  await createMirrorTables(db);
  const { schema } = db;
  await schema
    .alterTable('ledger')
    .addColumn('time_at', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable('credit')
    .addColumn('named_by', 'text', (c) => c.notNull().defaultTo('evidence'))
    .execute();
  await schema.alterTable('credit').addColumn('at', 'bigint').execute();
  await schema.createIndex('credit_at').on('credit').column('at').execute();
  await schema
    .alterTable('order_row')
    .addColumn('look_before', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await schema.alterTable('order_row').addColumn('intended_at', 'bigint').execute();
  await schema.alterTable('order_row').addColumn('removed_in_run', 'integer').execute();
  await schema.alterTable('order_row').renameColumn('held', 'needs_person').execute();
  await schema.alterTable('batch').dropColumn('reference_echo').execute();
  await schema.alterTable('batch').dropColumn('looked_back_at').execute();
  await sql`update order_row set removed_in_run = -run_no, run_no = 0 where run_no < 0`.execute(db);
  await sql`update ledger set time_at = coalesce((select max(open_until) from order_row), created_at)`.execute(
    db,
  );
}

async function createMirrorTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('look')
    .addColumn('no', 'integer', (c) => c.primaryKey().notNull())
    .addColumn('began_at', 'bigint', (c) => c.notNull())
    .addColumn('whole', 'integer', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('wall_at', 'bigint')
    .addColumn('portal_at', 'bigint')
    .execute();
  await schema
    .createTable('portal_order')
    .addColumn('order_no', 'text', (c) => c.primaryKey().notNull())
    .addColumn('status', 'text')
    .addColumn('create_time', 'bigint')
    .addColumn('product_id', 'text')
    .addColumn('transaction_no', 'text')
    .addColumn('instance_id', 'text')
    .addColumn('details', 'text', (c) => c.notNull())
    .addColumn('details_tries', 'integer', (c) => c.notNull())
    .addColumn('first_look', 'integer', (c) => c.notNull())
    .addColumn('last_look', 'integer', (c) => c.notNull())
    .addColumn('first_seen_at', 'bigint', (c) => c.notNull())
    .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('portal_order_first_look').on('portal_order').column('first_look').execute();
  await schema
    .createTable('portal_serial')
    .addColumn('order_no', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('sn_key', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('portal_serial_pk', ['order_no', 'place', 'sn_key'])
    .execute();
  await schema
    .createTable('portal_reference')
    .addColumn('order_no', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('reference_key', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('portal_reference_pk', ['order_no', 'place', 'reference_key'])
    .execute();
  await schema.createIndex('portal_reference_key').on('portal_reference').column('reference_key').execute();
}
