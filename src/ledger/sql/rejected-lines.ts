import type { Kysely } from 'kysely';
import { ORDERED } from '../decide-load.js';
import type { LedgerTables, RunKey } from '../schema.js';

/** The rejected lines of a run, each with the order of an earlier run for its serial number, if there is one. */
export const rejectedLines = (db: Kysely<LedgerTables>, { batch, runNo }: RunKey) =>
  db
    .selectFrom('rejected_line')
    .leftJoin('order_row', (join) =>
      join
        .onRef('order_row.batch', '=', 'rejected_line.batch')
        .onRef('order_row.sn_key', '=', 'rejected_line.sn_key')
        .on('order_row.run_no', '<', runNo)
        .on('order_row.status', 'in', ORDERED),
    )
    .where('rejected_line.batch', '=', batch);
