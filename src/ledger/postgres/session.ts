import type pg from 'pg';
import { Problem } from '../../common/errors.js';
import { NOW_MS } from './time.js';

/** What the database is at the moment of a connection. */
export interface Session {
  /** Other after a restart or a failover: what was acknowledged before may be missing then. */
  readonly incarnation: string;
  /** The database's clock, epoch ms. */
  readonly now: number;
}

/**
 * When the server was started, in a statement. As a number: a time as text depends on the time zone of the session, which
 * each role may have its own of.
 */
export const STARTED = 'extract(epoch from pg_postmaster_start_time())::text';

/** The oldest version that the statements are tried with. */
const OLDEST = 14;

/**
 * Prepares a new connection and says what it leads to. A commit that is acknowledged has to be on the disk: if
 * that is turned off for all sessions, it is on for ours.
 */
export async function beginSession(client: pg.ClientBase): Promise<Session> {
  const { rows } = await client.query<{
    version: number;
    encoding: string;
    started: string;
    timeline: string;
    now: number;
    maySeeSystem: boolean;
  }>(`
    select current_setting('server_version_num')::int / 10000 as version,
           current_setting('server_encoding') as encoding,
           ${STARTED} as started,
           case when pg_is_in_recovery() then 'standby' else left(pg_walfile_name(pg_current_wal_lsn()), 8) end as timeline,
           ${NOW_MS} as now,
           has_function_privilege('pg_control_system()', 'execute') as "maySeeSystem",
           case when current_setting('synchronous_commit') in ('off', 'local')
                then set_config('synchronous_commit', 'on', false) end`);
  const [found] = rows;
  if (found === undefined) throw new Error('the database does not say what it is');
  if (found.version < OLDEST) {
    throw new Problem('ledger_server_old', `The database is PostgreSQL ${found.version}.`, {
      remedy: `A ledger needs version ${OLDEST} or later.`,
    });
  }
  if (found.encoding !== 'UTF8') {
    throw new Problem(
      'ledger_encoding',
      `The database keeps its texts as ${found.encoding}, which lacks most letters.`,
      {
        remedy:
          "Use a database with ENCODING 'UTF8': CREATE DATABASE orders ENCODING 'UTF8' TEMPLATE template0;",
      },
    );
  }
  const system = found.maySeeSystem ? await systemOf(client) : 'unknown';
  return { incarnation: `${system}/${found.timeline}/${found.started}`, now: found.now };
}

async function systemOf(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ system: string }>(
    'select system_identifier::text as system from pg_control_system()',
  );
  return rows[0]?.system ?? 'unknown';
}
