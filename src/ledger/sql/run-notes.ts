import type { Kysely } from 'kysely';
import type { Runs } from '../runs.js';
import type { LedgerTables } from '../schema.js';
import { PORTION } from './portions.js';

/** Reads and writes what is kept of runs. */
export const createRuns = (db: Kysely<LedgerTables>): Runs => ({
  begin: async (run) => {
    await db
      .insertInto('batch_run')
      .values({ ...run, ended_at: null, sent: null, exit_code: null })
      .onConflict((conflict) => conflict.columns(['batch', 'run_no']).doNothing())
      .execute();
  },
  end: async ({ batch, runNo }, ended) => {
    await db
      .updateTable('batch_run')
      .set(ended)
      .where('batch', '=', batch)
      .where('run_no', '=', runNo)
      .execute();
  },
  ofBatch: (batch) =>
    db.selectFrom('batch_run').selectAll().where('batch', '=', batch).orderBy('run_no').execute(),
  sends: (batch, after) => {
    const sends = db
      .selectFrom('send')
      .selectAll()
      .where('batch', '=', batch)
      .orderBy('sn_key')
      .orderBy('claim_no')
      .limit(PORTION);
    if (after === undefined) return sends.execute();
    const { sn_key, claim_no } = after;
    return sends
      .where((eb) =>
        eb.or([
          eb('sn_key', '>', sn_key),
          eb.and([eb('sn_key', '=', sn_key), eb('claim_no', '>', claim_no)]),
        ]),
      )
      .execute();
  },
});
