import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import pg from 'pg';
import type { Clock } from '../../common/clock.js';
import type { Problem } from '../../common/errors.js';
import type { BatchId } from '../../common/ids.js';
import { type Holder, heldBy } from '../holder.js';
import { refineQueries, sessionConfig } from './client.js';
import { postgresProblem } from './errors.js';
import type { PostgresLocation } from './location.js';

const POLL_MS = 250;

/** A session of its own, whose locks the server drops when it ends, however it ends. */
export interface Looking {
  /** The batch that is locked; empty: none. */
  readonly batch: BatchId | '';
  /** The server's name for the connection that holds a batch: what is written under another one is late. 0: none. */
  readonly backend: number;
  /** Why what was locked may be somebody else's by now; `undefined`: it is ours. */
  readonly lost: () => Problem | undefined;
  readonly release: () => Promise<void>;
}

/** The batch is this process's alone, as long as the connection lives. */
export interface BatchLock extends Looking {
  readonly batch: BatchId;
}

/** An advisory lock belongs to the whole database, so its number is made of the schema and of what is locked in it. */
const lockNumber = (schema: string, what: string): string =>
  createHash('sha256').update(`yeastar-batch\n${schema}\n${what}`).digest().readBigInt64BE().toString();

const batchLock = (schema: string, batch: BatchId): string => lockNumber(schema, `batch\n${batch}`);

/** A session that holds no batch. */
export async function openLooking(location: PostgresLocation): Promise<Looking> {
  const { client: _, ...looking } = await openSession(location);
  return looking;
}

/** A session that is not connected yet closes itself if that fails. */
async function openSession(location: PostgresLocation): Promise<Looking & { readonly client: pg.Client }> {
  const client = new pg.Client(sessionConfig(location, false));
  refineQueries(client);
  let ended = false;
  let broken: unknown;
  // Without a listener a connection that breaks would end the process.
  client.on('error', (error) => {
    broken ??= error;
  });
  client.on('end', () => {
    if (!ended) broken ??= new Error('Connection terminated unexpectedly');
  });
  const release = async (): Promise<void> => {
    ended = true;
    await client.end().catch(() => undefined);
  };

  try {
    await client.connect();
    await shareLedger(client, location);
  } catch (error) {
    await release();
    throw error;
  }
  return {
    client,
    batch: '',
    backend: 0,
    lost: () =>
      broken === undefined ? undefined : postgresProblem(lostOf(broken), location.name, 'running'),
    release,
  };
}

/**
 * Takes a batch for this process alone.
 * @param waitMs how long to wait for whoever has it
 */
export async function lockBatch(
  location: PostgresLocation,
  batch: BatchId,
  waitMs: number,
  clock: Clock,
): Promise<BatchLock> {
  const { client, ...session } = await openSession(location);
  try {
    const number = batchLock(location.schema, batch);
    const giveUpAt = clock.monotonic() + waitMs;
    while (!(await tryLock(client, number))) {
      if (clock.monotonic() >= giveUpAt) {
        throw heldBy(
          await holderOf(client, number, batch),
          `The batch "${batch}" in the ledger ${location.name}`,
        );
      }
      await clock.sleep(Math.min(POLL_MS, Math.max(1, giveUpAt - clock.monotonic())));
    }
    const { rows } = await client.query<{ backend: number }>(
      `insert into holder (batch, host, pid, started_at, backend)
       values ($1, $2, $3, (extract(epoch from clock_timestamp()) * 1000)::bigint, pg_backend_pid())
       on conflict (batch) do update
       set host = excluded.host, pid = excluded.pid, started_at = excluded.started_at, backend = excluded.backend
       returning backend`,
      [batch, hostname(), process.pid],
    );
    const backend = rows[0]?.backend ?? 0;
    return { ...session, batch, backend };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Whoever works on a batch keeps the ledger from being copied, and the other way round. */
async function shareLedger(client: pg.ClientBase, { schema, name }: PostgresLocation): Promise<void> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock_shared($1) as got', [
    lockNumber(schema, 'ledger'),
  ]);
  if (rows[0]?.got !== true) throw heldBy(undefined, `The ledger ${name}`);
}

/** Takes the whole ledger on a connection, for as long as that lives. */
export async function lockLedger(client: pg.ClientBase, { schema, name }: PostgresLocation): Promise<void> {
  if (!(await tryLock(client, lockNumber(schema, 'ledger')))) throw heldBy(undefined, `The ledger ${name}`);
}

/** Whatever ended the connection, the lock is gone with it. */
const lostOf = (cause: unknown): Error => new Error('Connection terminated unexpectedly', { cause });

async function tryLock(client: pg.ClientBase, number: string): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [number]);
  return rows[0]?.got === true;
}

/** Who has a batch at this moment: a line that somebody left behind names a connection that has no lock any more. */
export async function batchHolder(
  db: Pick<pg.Pool, 'query'>,
  schema: string,
  batch: BatchId,
): Promise<Holder | 'unknown' | undefined> {
  const number = batchLock(schema, batch);
  return (await isLocked(db, number)) ? ((await holderOf(db, number, batch)) ?? 'unknown') : undefined;
}

/** How the server shows a lock: the two halves of its number. */
const HELD = `locktype = 'advisory' and objsubid = 1 and granted
  and database = (select oid from pg_database where datname = current_database())
  and ((classid::bigint << 32) | objid::bigint) = $1::bigint`;

async function isLocked(db: Pick<pg.Pool, 'query'>, number: string): Promise<boolean> {
  const { rows } = await db.query(`select 1 from pg_locks where ${HELD}`, [number]);
  return rows.length > 0;
}

async function holderOf(
  db: Pick<pg.Pool, 'query'>,
  number: string,
  batch: BatchId,
): Promise<Holder | undefined> {
  const { rows } = await db.query<Holder>(
    `select holder.pid, host, started_at from holder join pg_locks on pg_locks.pid = holder.backend
     where batch = $2 and ${HELD}`,
    [number, batch],
  );
  return rows[0];
}
