import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { inject } from 'vitest';
import { type Clock, systemClock } from '../../src/common/clock.js';
import type { BatchId } from '../../src/common/ids.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { takePostgres } from '../../src/ledger/postgres/backend.js';
import { postgresLocation } from '../../src/ledger/postgres/location.js';

/** The server of this run of the tests. */
export function postgresUrl(): string {
  const url = inject('postgresUrl');
  if (url === undefined) throw new Error('this run of the tests has no PostgreSQL');
  return url;
}

/** A schema that nothing else uses, in the address of a ledger. */
export const urlWithSchema = (name: string): string => {
  const schema = `t_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  return `${postgresUrl()}?schema=${schema}`;
};

/** A ledger in a schema of its own; its time stands still at 0. Opened again by the same name it is the same ledger. */
export const newOnPostgres = (name: string, clock: Clock): Promise<Ledger> =>
  takePostgres(
    postgresLocation(urlWithSchema(name), '/', 'portal', {}),
    { batch: 'taken' as BatchId, clock: systemClock, lockWait: 5_000, warn: () => undefined },
    {
      moment: sql<number>`0::bigint`,
      now: () => 0,
      read: () => undefined,
      confirm: () => undefined,
      clock: { ...systemClock, now: clock.now },
    },
  );

/** By what name the schema of each ledger was made. */
const madeAs = new Map<string, string>();
/** Names of ledgers that are closed: the next ones take their schemas. */
const closed = new Set<string>();
const takenOver = new Set<string>();

/**
 * A ledger as `newOnPostgres` gives it, in the schema of one that is closed, emptied, if there is one: to make the tables
 * takes the server longer than most tests. Throws for a ledger whose schema another one has by now.
 */
export async function ledgerOnPostgres(name: string, clock: Clock): Promise<Ledger> {
  if (takenOver.has(name)) throw new Error(`the ledger ${name} was closed, and another one has its schema`);
  if (!madeAs.has(name)) madeAs.set(name, (await emptied()) ?? name);
  closed.delete(name);
  const ledger = await newOnPostgres(madeAs.get(name) ?? name, clock);
  const close = async (): Promise<void> => {
    await ledger.close();
    closed.add(name);
  };
  return { ...ledger, close };
}

/** What the schema of a closed ledger was made as, without a row in it. */
async function emptied(): Promise<string | undefined> {
  const [name] = closed;
  const made = name === undefined ? undefined : madeAs.get(name);
  if (name === undefined || made === undefined) return undefined;
  closed.delete(name);
  madeAs.delete(name);
  takenOver.add(name);
  const schema = schemaOf(urlWithSchema(made));
  const tables = await runOnPostgres(postgresUrl(), schema, [
    `select tablename from pg_tables where schemaname = '${schema}' and tablename not like 'kysely%'`,
  ]);
  await runOnPostgres(
    postgresUrl(),
    schema,
    tables.map(({ tablename }) => `delete from "${tablename}"`),
  );
  return made;
}

/** Runs statements in a ledger's schema, past the ledger. @returns the rows of a single one */
export async function runOnPostgres(
  url: string,
  schema: string,
  statements: readonly string[],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statements.join(';'))).rows;
  } finally {
    await client.end();
  }
}

/** The schema in an address. */
export const schemaOf = (url: string): string => new URL(url).searchParams.get('schema') ?? 'yeastar_batch';
