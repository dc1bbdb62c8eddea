import type { Kysely } from 'kysely';
import { Problem } from '../../common/errors.js';
import type { FileToLoad } from '../ledger.js';
import type { LedgerTables } from '../schema.js';

/**
 * A batch is one job's: its rows are left alone once they are ordered, so with another job they would stand as ordered
 * by it. A dry run alone binds the batch to nothing.
 */
export async function refuseAnotherJob(
  db: Kysely<LedgerTables>,
  { batch, job }: Pick<FileToLoad, 'batch' | 'job'>,
): Promise<void> {
  const known = await db
    .selectFrom('batch')
    .select(['job', 'operation'])
    .where('id', '=', batch)
    .executeTakeFirst();
  if (known === undefined || (known.job === job.name && known.operation === job.operation)) return;
  const sent = await db
    .selectFrom('order_row')
    .select('line')
    .where('batch', '=', batch)
    .where((eb) => eb.or([eb('status', '!=', 'not_sent'), eb('attempts', '>', 0)]))
    .limit(1)
    .executeTakeFirst();
  if (sent === undefined) return;
  throw new Problem(
    'batch_of_another_job',
    `The batch "${batch}" was run with the job ${known.job}, not with ${job.name}.`,
    {
      remedy: `Nothing was sent. Use --job ${known.job} to continue it, or give this file another batch name with --batch.`,
    },
  );
}
