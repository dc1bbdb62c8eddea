import type { Kysely, Transaction } from 'kysely';
import type { FileToLoad } from '../ledger.js';
import type { LedgerTables } from '../schema.js';
import { refuseAnotherJob } from './one-job.js';
import type { Loader, LoadOptions } from './write-lines.js';

/** How a database takes the lines of a file. */
export type CreateLoader = (trx: Transaction<LedgerTables>, options: LoadOptions) => Promise<Loader> | Loader;

/**
 * Takes a file's lines over as the batch's next run, in one transaction.
 * @param now epoch ms
 * @returns the run's number
 */
export const loadFile = (
  db: Kysely<LedgerTables>,
  file: FileToLoad,
  now: number,
  createLoader: CreateLoader,
): Promise<number> =>
  db.transaction().execute(async (trx) => {
    await refuseAnotherJob(trx, file);
    const values = {
      job: file.job.name,
      job_file: file.job.file ?? null,
      operation: file.job.operation,
      file: file.file,
      dialect: file.dialect,
      columns: JSON.stringify(file.columns),
      updated_at: now,
    };
    const { run_no: runNo } = await trx
      .insertInto('batch')
      .values({ ...values, id: file.batch, run_no: 1, created_at: now })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({ ...values, run_no: eb('batch.run_no', '+', 1) })),
      )
      .returning('run_no')
      .executeTakeFirstOrThrow();
    await trx.deleteFrom('rejected_line').where('batch', '=', file.batch).execute();
    const { batch, allowRepeat, names, onFinding } = file;
    const { standsFor } = file.job;
    const loader = await createLoader(trx, { batch, runNo, allowRepeat, names, onFinding, now, standsFor });
    for await (const chunk of file.lines) await loader.load(chunk);
    await loader.finish();
    file.beforeCommit?.();
    return runNo;
  });
