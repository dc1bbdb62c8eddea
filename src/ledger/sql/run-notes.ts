import type { Kysely } from 'kysely';
import type { Runs } from '../runs.js';
import type { LedgerTables } from '../schema.js';
import { PORTION } from './portions.js';

/** Turns what the database says into what a person can act on. */
type Saying = <T>(work: Promise<T>) => Promise<T>;

/** Reads and writes what is kept of runs. */
export const createRuns = (db: Kysely<LedgerTables>, saying: Saying): Runs => ({
  begin: async (run) => {
    const begun = db
      .insertInto('batch_run')
      .values({ ...run, ended_at: null, sent: null, exit_code: null })
      .onConflict((conflict) => conflict.columns(['batch', 'run_no']).doNothing())
      .execute();
    await saying(begun);
  },
  accountsInDoubt: async (batch) => {
    const found = await db
      .selectFrom('order_row')
      .innerJoin('batch_run', (join) =>
        join
          .onRef('batch_run.batch', '=', 'order_row.batch')
          .onRef('batch_run.run_no', '=', 'order_row.sent_run'),
      )
      .select('batch_run.account')
      .distinct()
      .where('order_row.batch', '=', batch)
      .where('order_row.status', 'in', ['sending', 'in_doubt'])
      .where('batch_run.account', 'is not', null)
      .execute();
    return found.flatMap(({ account }) => account ?? []);
  },
  end: async ({ batch, runNo }, ended) => {
    const over = db
      .updateTable('batch_run')
      .set(ended)
      .where('batch', '=', batch)
      .where('run_no', '=', runNo)
      .execute();
    await saying(over);
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
