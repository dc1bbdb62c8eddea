import { resolve } from 'node:path';
import { Problem } from '../../common/errors.js';
import type { LedgerKind } from '../kind.js';

export interface PostgresLocation {
  readonly backend: 'postgres';
  /** The address without its password. */
  readonly name: string;
  readonly kind: LedgerKind;
  readonly schema: string;
  /** The address for the driver, without what is ours in it. */
  readonly url: string;
  /** What the address leaves out, from PGHOST and the like. */
  readonly rest: Readonly<Record<'host' | 'port' | 'user' | 'password' | 'database', string | undefined>>;
  readonly files: readonly (readonly [string, string])[];
  readonly simulatedOrders: string;
}

const SCHEMA = 'yeastar_batch';

export const isPostgresUrl = (text: string): boolean => /^\s*postgres(ql)?:\/\//i.test(text);

/** Reads the address of a database. Its schema is `?schema=`; the sandbox has one of its own beside it. */
export function postgresLocation(
  text: string,
  cwd: string,
  kind: LedgerKind,
  environment: Readonly<Record<string, string | undefined>>,
): PostgresLocation {
  const url = readUrl(text);
  const named = url.searchParams.get('schema') ?? SCHEMA;
  const schema = kind === 'sandbox' && !named.endsWith('_sandbox') ? `${named}_sandbox` : named;
  if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new Problem('wrong_option', `The schema "${schema}" of --ledger is not a plain name.`, {
      remedy:
        'Nothing was sent. Use small letters, digits and _, at most 63 of them; names that begin with pg_ are the server’s.',
    });
  }
  const ours = new URL(url);
  ours.searchParams.delete('schema');
  const sslMode = environment['PGSSLMODE'];
  if (sslMode !== undefined && sslMode !== '' && !ours.searchParams.has('sslmode'))
    ours.searchParams.set('sslmode', sslMode);
  return {
    backend: 'postgres',
    name: withoutPassword(text),
    kind,
    schema,
    url: strictTls(ours).href,
    rest: {
      host: environment['PGHOST'],
      port: environment['PGPORT'],
      user: environment['PGUSER'],
      password: environment['PGPASSWORD'],
      database: environment['PGDATABASE'],
    },
    files: [],
    simulatedOrders: resolve(cwd, '.batch', `${schema}.orders.jsonl`),
  };
}

/** The address as it may be shown, and typed again: everything but what is secret. */
export function withoutPassword(text: string): string {
  const url = readUrl(text);
  url.password = '';
  url.searchParams.delete('password');
  return url.href;
}

/** What must appear nowhere, as it stands in an address. */
export function passwordsIn(text: string): readonly string[] {
  if (!isPostgresUrl(text) || !URL.canParse(text.trim())) return [];
  const url = new URL(text.trim());
  return [url.password, decoded(url.password), url.searchParams.get('password') ?? ''].filter(Boolean);
}

/** The password may stand in it, so it is not repeated. */
function readUrl(text: string): URL {
  if (URL.canParse(text.trim())) return new URL(text.trim());
  throw new Problem('wrong_option', '--ledger is not the address of a database.', {
    remedy:
      'Nothing was sent. It looks like postgres://user@host:5432/database; in a user or a password, write the signs ' +
      '@ : / ? # % as %40 %3A %2F %3F %23 %25, or give the password in PGPASSWORD.',
  });
}

/**
 * The driver checks the server's certificate and name with each of these, and warns that a later version will not: what
 * it does is said to it in the word that stays. With `uselibpqcompat=true` they mean what they mean to `psql`.
 */
function strictTls(url: URL): URL {
  const mode = url.searchParams.get('sslmode');
  const strict = new URL(url);
  if (
    mode !== null &&
    ['prefer', 'require', 'verify-ca'].includes(mode) &&
    !url.searchParams.has('uselibpqcompat')
  )
    strict.searchParams.set('sslmode', 'verify-full');
  return strict;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
