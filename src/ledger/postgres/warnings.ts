import type pg from 'pg';
import { isLoopback } from '../../common/loopback.js';
import type { PostgresLocation } from './location.js';
import type { Session } from './session.js';

interface Settings {
  readonly fsync: string;
  readonly pages: string;
  readonly standbys: number;
  readonly synchronous: string;
  readonly encrypted: boolean;
  readonly seen: string | null;
}

/** What of the database may cost an acknowledged intent, or shows the ledger to others: for a person to change. */
export async function warningsOf(
  pool: pg.Pool,
  location: PostgresLocation,
  { incarnation }: Session,
): Promise<readonly string[]> {
  const { rows } = await pool.query<Settings>(`
    select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
      (select count(*)::int from pg_stat_replication) as standbys,
      current_setting('synchronous_standby_names') as synchronous,
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted,
      (select incarnation from ledger where id = 1) as seen`);
  const [found] = rows;
  if (found === undefined) return [];
  await pool.query('update ledger set incarnation = $1 where id = 1', [incarnation]);
  const warnings: string[] = [];
  if (found.fsync === 'off' || found.pages === 'off') {
    warnings.push(
      'The database runs without fsync or full_page_writes: after a power cut an order may be placed twice. Turn both on.',
    );
  }
  if (found.standbys > 0 && found.synchronous === '') {
    warnings.push(
      'The database has a standby that it does not wait for (synchronous_standby_names is empty): after a failover an ' +
        'order may be placed twice. See docs/several-machines.md.',
    );
  }
  if (!found.encrypted && !isNear(location)) {
    warnings.push('The connection to the database is not encrypted: add sslmode=verify-full to its address.');
  }
  if (found.seen !== null && serverOf(found.seen) !== serverOf(incarnation)) {
    warnings.push(
      'The database is not the one of the last run (a failover, or a restored backup). The file is compared with the ' +
        'orders of the portal before anything is sent.',
    );
  }
  return warnings;
}

/** Without the time of its start: a restart loses nothing that was acknowledged. */
const serverOf = (incarnation: string): string => incarnation.split('/').slice(0, 2).join('/');

/** On this machine: by loopback or a socket. */
function isNear({ url, rest }: PostgresLocation): boolean {
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? (decodeURIComponent(hostname) || rest.host || 'localhost');
  return host.startsWith('/') || isLoopback(host);
}
