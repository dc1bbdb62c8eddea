import type { Kysely } from 'kysely';

/** Who ran what and when, each send, and what orders cost: what an auditor asks for. Older versions wrote none of it. */
export async function addRunTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('batch_run')
    .addColumn('batch', 'text', (c) => c.notNull())
    .addColumn('run_no', 'integer', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('program', 'text', (c) => c.notNull())
    .addColumn('machine', 'text', (c) => c.notNull())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('command', 'text', (c) => c.notNull())
    .addColumn('input_sha256', 'text')
    .addColumn('plan_hash', 'text')
    .addColumn('price', 'text')
    .addColumn('sent', 'integer')
    .addColumn('exit_code', 'integer')
    .addPrimaryKeyConstraint('batch_run_pk', ['batch', 'run_no'])
    .execute();
  await schema
    .createTable('send')
    .addColumn('batch', 'text', (c) => c.notNull())
    .addColumn('sn_key', 'text', (c) => c.notNull())
    .addColumn('claim_no', 'integer', (c) => c.notNull())
    .addColumn('run_no', 'integer', (c) => c.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('ended_at', 'bigint', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('reference', 'text')
    .addColumn('order_no', 'text')
    .addColumn('request_id', 'text')
    .addColumn('code', 'text')
    .addPrimaryKeyConstraint('send_pk', ['batch', 'sn_key', 'claim_no'])
    .execute();
  for (const column of ['amount', 'currency'])
    await schema.alterTable('portal_order').addColumn(column, 'text').execute();
}
