import type { Transaction } from 'kysely';
import type { Clock } from '../../common/clock.js';
import { anotherKind, type LedgerKind } from '../kind.js';
import type { Ledger } from '../ledger.js';
import { createLedgerTime } from '../ledger-time.js';
import type { LedgerTables } from '../schema.js';
import { loadFile } from '../sql/load-file.js';
import { createLoader } from '../sql/load-rows.js';
import { createMirror } from '../sql/mirror-store.js';
import { ledgerQueries } from '../sql/queries.js';
import { createRuns } from '../sql/run-notes.js';
import { takeRowsOut } from '../sql/take-out.js';
import type { Loader, LoadOptions } from '../sql/write-lines.js';
import { openDatabase } from './database.js';
import { watchFiles } from './file-watch.js';
import { createFirstLoader } from './first-load.js';
import { createJournal } from './journal.js';
import { lineStatements } from './line-statements.js';
import { createLooks, lastLookOf } from './looks.js';
import { ledgerProblem } from './sqlite-errors.js';

/** Opens the tables of a ledger's file, which is made if it is not there. */
export async function openTables(path: string, kind: LedgerKind, clock: Clock) {
  const { db, sqlite } = await openDatabase(path);
  const { kind: found, time_at: storedAt } = await db
    .insertInto('ledger')
    .values({ id: 1, kind, created_at: clock.now(), time_at: clock.now() })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ id: 1 }))
    .returning(['kind', 'time_at'])
    .executeTakeFirstOrThrow();
  if (found !== kind) {
    await db.destroy();
    throw anotherKind(path, found);
  }
  const { mark, lastLook } = await lastLookOf(db);
  return { db, sqlite, time: createLedgerTime(storedAt, mark, clock), lastLook };
}

/** Opens a ledger's file, which is made if it is not there. */
export async function openSqlite(path: string, kind: LedgerKind, clock: Clock): Promise<Ledger> {
  const { db, sqlite, time, lastLook } = await openTables(path, kind, clock);
  const saying = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw ledgerProblem(error, path) ?? error;
    }
  };
  const files = watchFiles(path);
  const looks = createLooks(db, time, clock, lastLook);
  const mirror = createMirror(db, looks, clock, saying);
  const journal = createJournal({ db, sqlite }, path, files, { time, clock, lastLook: looks.last });

  return {
    name: path,
    read: ledgerQueries(db),
    intend: journal.intend,
    record: journal.record,
    load: (file) => saying(loadFile(db, file, clock.now(), loaderFor)),
    takeOut: (run, rows) => saying(takeRowsOut(db, run, rows)),
    runs: createRuns(db, saying),
    mirror,
    time,
    clock,
    lost: files.ledgerGone,
    close: () => db.destroy(),
  };
}

/** The first file of a ledger has nothing to be compared with. */
async function loaderFor(trx: Transaction<LedgerTables>, options: LoadOptions): Promise<Loader> {
  const anyRow = await trx.selectFrom('order_row').select('line').limit(1).executeTakeFirst();
  return anyRow === undefined
    ? await createFirstLoader(trx, options)
    : createLoader(trx, options, lineStatements(trx, options));
}
