import type { Kysely } from 'kysely';
import type { LedgerTables } from '../schema.js';
import { countQueries } from './count-queries.js';
import { resultsQueries } from './results-queries.js';
import { rowQueries } from './row-queries.js';

/** Everything that is read from the ledger; nothing here changes it. */
export const ledgerQueries = (db: Kysely<LedgerTables>) => ({
  ...rowQueries(db),
  ...countQueries(db),
  ...resultsQueries(db),
});

export type LedgerQueries = ReturnType<typeof ledgerQueries>;
