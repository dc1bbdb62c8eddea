import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { parse } from 'pg-connection-string';
import type { LedgerTables } from '../schema.js';
import { postgresProblem } from './errors.js';
import type { PostgresLocation } from './location.js';

/** Longest waits, ms: for a connection, for a statement on the server, and for its answer. */
const CONNECT_MS = 10_000;
const STATEMENT_MS = 60_000;
const ANSWER_MS = 65_000;
/** A process that freezes in a transaction would keep its locks. */
const IDLE_IN_TRANSACTION_MS = 5_000;

/**
 * How the server finds out that a client is gone though nobody said so, within half a minute: its locks are dropped then.
 */
const KEEP_ALIVE = ['tcp_keepalives_idle=10', 'tcp_keepalives_interval=5', 'tcp_keepalives_count=3'];

/** What the driver is told of a session; `readOnly`: nothing can be changed in it. */
export function sessionConfig(location: PostgresLocation, readOnly: boolean): pg.ClientConfig {
  const given = addressOf(location);
  const settings = [
    `search_path=${location.schema}`,
    // Whatever the role or the database have as their default: each statement reads what is committed when it begins.
    'default_transaction_isolation=read\\ committed',
    // A session that has locked a batch is idle for as long as the run takes, and statements wait for those of others.
    'idle_session_timeout=0',
    'lock_timeout=0',
    ...KEEP_ALIVE,
    ...(readOnly ? ['default_transaction_read_only=on'] : []),
  ];
  const { rest } = location;
  const host = given.host || rest.host;
  const user = given.user || rest.user;
  const password = given.password || rest.password;
  const database = given.database || rest.database;
  return {
    ...(host ? { host } : {}),
    ...(given.port || rest.port ? { port: Number(given.port || rest.port) } : {}),
    ...(user ? { user } : {}),
    ...(password ? { password } : {}),
    ...(database ? { database } : {}),
    ...(given.ssl === undefined ? {} : { ssl: given.ssl as NonNullable<pg.ClientConfig['ssl']> }),
    options: [given.options ?? '', ...settings.map((setting) => `-c ${setting}`)].join(' ').trim(),
    application_name: given.application_name ?? 'yeastar-batch',
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_MS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    types: { getTypeParser },
  };
}

/** A certificate that the address names may be unreadable. */
function addressOf(location: PostgresLocation): ReturnType<typeof parse> {
  try {
    return parse(location.url);
  } catch (error) {
    const path = error instanceof Error && 'path' in error ? String(error.path) : undefined;
    throw postgresProblem(
      new Error(
        path === undefined ? `the SSL part of the address is wrong` : `the SSL file ${path} cannot be read`,
      ),
      location.name,
      'opening',
    );
  }
}

/** Whole numbers of 64 bits and sums of them come as text otherwise. Ours stay far below 2^53. */
const NUMBERS: ReadonlySet<number> = new Set([20, 1700]);
const getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  NUMBERS.has(oid) && format !== 'binary'
    ? Number
    : format === undefined
      ? pg.types.getTypeParser(oid)
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser;

/**
 * Prepares what goes to the server. PostgreSQL has no text with a zero byte in it: what a portal says with one is kept
 * without. A statement that begins with its name is planned once for each connection.
 */
export function refineQueries(client: pg.ClientBase): void {
  const query = client.query.bind(client) as (...words: unknown[]) => unknown;
  client.query = ((text: unknown, ...words: unknown[]) => {
    const [values, ...rest] = words.map(withoutZeros);
    const name = typeof text === 'string' ? /^\/\* (move \w+) \*\//.exec(text)?.[1] : undefined;
    return name === undefined ? query(text, values, ...rest) : query({ name, text, values }, ...rest);
  }) as typeof client.query;
}

function withoutZeros(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '') : value;
  return Array.isArray(value) ? value.map(withoutZeros) : value;
}

export interface Pool {
  readonly db: Kysely<LedgerTables>;
  readonly pool: pg.Pool;
}

/**
 * Connections to share.
 * @param most connections at a time
 * @param onConnect runs on each new connection before anything else
 */
export function createPool(
  location: PostgresLocation,
  readOnly: boolean,
  most: number,
  onConnect: (client: pg.ClientBase) => Promise<void>,
): Pool {
  const pool = new pg.Pool({
    ...sessionConfig(location, readOnly),
    max: most,
    idleTimeoutMillis: 60_000,
    onConnect: async (client: pg.ClientBase) => {
      // A connection that breaks while it is used tells whoever uses it; without a listener it would end the process, too.
      client.on('error', () => undefined);
      refineQueries(client);
      await onConnect(client);
    },
  });
  // An idle connection that breaks is replaced when the next one is needed.
  pool.on('error', () => undefined);
  return { db: new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) }), pool };
}
