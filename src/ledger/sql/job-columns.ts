import type { Kysely } from 'kysely';

/** Batches of more than one job, and plans that are billed monthly. What an older version wrote is `switch-plan`'s. */
export async function addJobColumns({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .alterTable('order_row')
    .addColumn('billing_cycle', 'text', (c) => c.notNull().defaultTo('annually'))
    .execute();
  await schema
    .alterTable('batch')
    .addColumn('operation', 'text', (c) => c.notNull().defaultTo('switch_plan'))
    .execute();
  await schema.alterTable('batch').addColumn('job_file', 'text').execute();
}
