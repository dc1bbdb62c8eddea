import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type pg from 'pg';
import type { Clock } from '../../common/clock.js';
import type { BatchId } from '../../common/ids.js';
import { type Holder, heldBy } from '../holder.js';
import { type KeptSession, keepSession, type Relocked } from './kept-session.js';
import type { PostgresLocation } from './location.js';
import { NOW_MS } from './time.js';

const POLL_MS = 250;

/** A session of its own, whose locks the server drops when it ends, however it ends. It is made again if it breaks. */
export interface Looking extends Pick<KeptSession, 'locked' | 'lost' | 'release'> {
  /** The batch that is locked; empty: none. */
  readonly batch: BatchId | '';
  /** The server's name for the connection that holds a batch: what is written under another one is late. 0: none. */
  readonly backend: () => number;
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
export async function openLooking(location: PostgresLocation, clock: Clock): Promise<Looking> {
  const session = await openSession(location, clock, async () => 'locked');
  return { ...session, batch: '', backend: () => 0 };
}

/** A session that shares the ledger with all who work with it. */
async function openSession(
  location: PostgresLocation,
  clock: Clock,
  relock: (client: pg.Client) => Promise<Relocked>,
): Promise<KeptSession> {
  const session = await keepSession(location, clock, async (client) =>
    (await sharesLedger(client, location)) ? await relock(client) : 'taken',
  );
  try {
    if (await sharesLedger(session.client, location)) return session;
    throw heldBy(undefined, `The ledger ${location.name}`);
  } catch (error) {
    await session.release();
    throw error;
  }
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
  const number = batchLock(location.schema, batch);
  let mine: Mine | undefined;
  const session = await openSession(location, clock, async (client) => {
    if (!(await tryLock(client, number))) {
      const holder = await holderOf(client, number, batch);
      // The server may not have noticed yet that the first connection is gone.
      return holder === undefined || holder.backend === mine?.backend ? 'later' : 'taken';
    }
    const kept = mine && (await keptBy(client, batch, mine));
    if (kept !== undefined) mine = kept;
    return kept === undefined ? 'taken' : 'locked';
  });
  const { client } = session;
  try {
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
    mine = await heldFrom(client, batch);
    return { ...session, batch, backend: () => mine?.backend ?? 0 };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** The line by which this process holds a batch. */
interface Mine {
  readonly backend: number;
  readonly started_at: number;
}

async function heldFrom(client: pg.Client, batch: BatchId): Promise<Mine> {
  const { rows } = await client.query<Mine>(
    `insert into holder (batch, host, pid, started_at, backend)
     values ($1, $2, $3, ${NOW_MS}, pg_backend_pid())
     on conflict (batch) do update
     set host = excluded.host, pid = excluded.pid, started_at = excluded.started_at, backend = excluded.backend
     returning backend, started_at`,
    [batch, hostname(), process.pid],
  );
  return rows[0] ?? { backend: 0, started_at: 0 };
}

/** Takes a batch on that was locked again, if nobody else has had it meanwhile: who had it may have begun another run. */
async function keptBy(
  client: pg.Client,
  batch: BatchId,
  { backend, started_at }: Mine,
): Promise<Mine | undefined> {
  const { rows } = await client.query<Mine>(
    `update holder set backend = pg_backend_pid()
     where batch = $1 and backend = $2 and started_at = $3 and host = $4 and pid = $5
     returning backend, started_at`,
    [batch, backend, started_at, hostname(), process.pid],
  );
  return rows[0];
}

/** Whoever works on a batch keeps the ledger from being copied, and the other way round. */
async function sharesLedger(client: pg.ClientBase, { schema }: PostgresLocation): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock_shared($1) as got', [
    lockNumber(schema, 'ledger'),
  ]);
  return rows[0]?.got === true;
}

/** Takes the whole ledger on a connection, for as long as that lives. */
export async function lockLedger(client: pg.ClientBase, { schema, name }: PostgresLocation): Promise<void> {
  if (!(await tryLock(client, lockNumber(schema, 'ledger')))) throw heldBy(undefined, `The ledger ${name}`);
}

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
): Promise<(Holder & { readonly backend: number }) | undefined> {
  const { rows } = await db.query<Holder & { readonly backend: number }>(
    `select holder.pid, host, started_at, backend from holder join pg_locks on pg_locks.pid = holder.backend
     where batch = $2 and ${HELD}`,
    [number, batch],
  );
  return rows[0];
}
