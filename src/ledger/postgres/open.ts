import { sql } from 'kysely';
import type { Problem } from '../../common/errors.js';
import type { Ledger } from '../ledger.js';
import { type CreateLoader, loadFile } from '../sql/load-file.js';
import { createLoader } from '../sql/load-rows.js';
import { createMirror } from '../sql/mirror-store.js';
import { ledgerQueries } from '../sql/queries.js';
import { createRuns } from '../sql/run-notes.js';
import { takeRowsOut } from '../sql/take-out.js';
import type { Looking } from './batch-lock.js';
import { createPool, type Pool } from './client.js';
import { postgresProblem, restarted } from './errors.js';
import { createJournal } from './journal.js';
import { lineStatements } from './line-statements.js';
import type { PostgresLocation } from './location.js';
import { createLooks } from './looks.js';
import { hearNotices } from './notices.js';
import { createPostgresStore } from './pace-store.js';
import { createPatience } from './patience.js';
import { beginSession, type Session } from './session.js';
import { createTeamStore } from './team-store.js';
import type { DatabaseTime } from './time.js';
import { createTokenLease } from './token-store.js';

/** Connections for moves and questions at a time: the server groups the commits of several. */
const CONNECTIONS = 10;
const PACE_CONNECTIONS = 2;

/** A database that answers, whatever is in it. */
export interface Connected extends Pool {
  readonly time: DatabaseTime;
  readonly session: Session;
  /** Whether a later connection led to another server, or to the same after a restart. */
  readonly isAnother: () => boolean;
}

export async function connectTo(
  location: PostgresLocation,
  time: DatabaseTime,
  readOnly: boolean,
  connections = CONNECTIONS,
): Promise<Connected> {
  let session: Session | undefined;
  let another = false;
  const pool = createPool(location, readOnly, connections, async (client) => {
    const found = await beginSession(client);
    time.read(found.now);
    session ??= found;
    another ||= session.incarnation !== found.incarnation;
  });
  (await pool.pool.connect()).release();
  if (session === undefined) throw new Error('the database was connected to without a session');
  return { ...pool, time, session, isAnother: () => another };
}

/**
 * The ledger of a database whose tables are there. Without a lock it is there to be looked at.
 * @param warn told that the database cannot be reached and is waited for
 */
export function ledgerOf(
  location: PostgresLocation,
  { db, pool, time, isAnother }: Connected,
  lock: Looking | undefined,
  warn: (message: string) => void,
): Ledger {
  const { name } = location;
  const { clock, moment } = time;
  const lost = (): Problem | undefined => lock?.lost() ?? (isAnother() ? restarted(name) : undefined);
  const saying = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw postgresProblem(error, name, 'running') ?? error;
    }
  };
  const closing = new AbortController();
  const patience = createPatience({
    clock,
    closing: closing.signal,
    lost,
    onOutage: () => warn(sayOutage(name)),
  });
  /** All of these may be asked or done twice, in words and with patience. */
  const lasting = <T extends object>(queries: T): T =>
    each(queries, (query) => patience(() => saying(query())));
  const journal = createJournal(db, { name, moment, lock, lost, clock, patience });
  const notices: Promise<void>[] = [];
  const pools: Pool['db'][] = [];
  const looks = createLooks(db, clock, moment);
  return {
    name,
    clock,
    read: lasting(ledgerQueries(db)),
    intend: journal.intend,
    record: journal.record,
    load: async (file) => {
      const loaderOf: CreateLoader = (trx, options) =>
        createLoader(trx, options, lineStatements(trx, options));
      const runNo = await saying(loadFile(db, file, clock.now(), loaderOf));
      // The planner knows nothing yet of so many new rows.
      await saying(sql`analyze order_row, rejected_line`.execute(db));
      return runNo;
    },
    takeOut: (run, rows) => patience(() => saying(takeRowsOut(db, run, rows))),
    runs: lasting(createRuns(db, saying)),
    mirror: lasting(createMirror(db, looks, clock, saying)),
    time,
    shared: {
      token: (account) => lasting(createTokenLease(db, account, moment)),
      pace: (account) => {
        // Its own connections: a slot must not wait for rows that are written.
        const own = createPool(location, false, PACE_CONNECTIONS, async () => undefined);
        pools.push(own.db);
        return createPostgresStore({
          pool: { query: (text, values) => saying(own.pool.query(text, values)) },
          account,
          schema: location.schema,
          listen: (channel, listener) => {
            notices.push(hearNotices(location, channel, listener, { clock, signal: closing.signal }));
          },
        });
      },
      store: lasting(createTeamStore(db, moment)),
      jobs: {
        schema: location.schema,
        executeSql: (text, values) => patience(() => saying(pool.query(text, values))),
      },
    },
    lost,
    close: async () => {
      closing.abort();
      await Promise.all([...notices, ...pools.map((own) => own.destroy())]);
      await db.destroy();
      await lock?.release();
    },
  };
}

const sayOutage = (name: string): string =>
  `The connection to the ledger ${name} is broken. It is tried again for a minute; no order is sent meanwhile.`;

/** The same functions, each called by another one. */
function each<T extends object>(queries: T, call: (query: () => Promise<unknown>) => Promise<unknown>): T {
  const called = Object.entries(queries).map(([name, query]) => [
    name,
    (...words: unknown[]) => call(() => (query as (...words: unknown[]) => Promise<unknown>)(...words)),
  ]);
  return Object.fromEntries(called) as T;
}
