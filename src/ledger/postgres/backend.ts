import type { BatchId } from '../../common/ids.js';
import { heldBy } from '../holder.js';
import { anotherKind } from '../kind.js';
import type { Ledger } from '../ledger.js';
import type { Backend, Taking } from '../open.js';
import { batchHolder, lockBatch, lockLedger, openLooking } from './batch-lock.js';
import { postgresProblem } from './errors.js';
import { insertRows } from './insert-rows.js';
import type { PostgresLocation } from './location.js';
import { type Connected, connectTo, ledgerOf } from './open.js';
import { assertTables, makeTables } from './tables.js';
import { createDatabaseTime } from './time.js';
import { warningsOf } from './warnings.js';

/** A ledger that several machines share: each batch is one process's at a time. */
export const postgresBackend: Backend<PostgresLocation> = {
  take: (location, taking) => opening(location, () => takePostgres(location, taking)),

  join: (location, { clock, warn }) =>
    opening(location, async () => {
      const connected = await connectTo(location, createDatabaseTime(clock), false);
      return await orClose(connected, async () => {
        await makeLedger(location, connected, false);
        return ledgerOf(location, connected, await openLooking(location, clock), warn);
      });
    }),

  open: (location, clock) =>
    opening(location, async () => {
      const connected = await connectTo(location, createDatabaseTime(clock), true, 2);
      return await orClose(connected, async () => {
        await assertTables(connected.pool, location);
        await assertKind(connected, location);
        return ledgerOf(location, connected, undefined, () => undefined);
      });
    }),

  whole: (location, { clock, as }) =>
    opening(location, async () => {
      const connected = await connectTo(location, createDatabaseTime(clock), false, 2);
      return await orClose(connected, async () => {
        const { db, pool, time } = connected;
        await makeLedger(location, connected, as === 'source');
        const client = await pool.connect();
        try {
          await lockLedger(client, location);
        } catch (error) {
          client.release(true);
          throw error;
        }
        const close = async (): Promise<void> => {
          client.release(true);
          await db.destroy();
        };
        const { name, schema } = location;
        return { name, schema, db, now: time.now(), insert: insertRows, close };
      });
    }),

  holder: (location, batch, clock) =>
    opening(location, async () => {
      const { pool, db } = await connectTo(location, createDatabaseTime(clock), true, 1);
      return await batchHolder(pool, location.schema, batch).finally(() => db.destroy());
    }),
};

/** Takes a ledger for a batch. */
export async function takePostgres(
  location: PostgresLocation,
  { batch, clock, lockWait, existing, warn }: Taking,
  time = createDatabaseTime(clock),
): Promise<Ledger> {
  const connected = await connectTo(location, time, false);
  return await orClose(connected, async () => {
    const { pool, session } = connected;
    await makeLedger(location, connected, existing === true);
    const lock = await lockBatch(location, batch, lockWait, clock);
    try {
      if (existing === true) await assertNobodyWorks(ledgerOf(location, connected, lock, warn), batch);
      else await endEarlierRun(pool, batch);
      for (const warning of await warningsOf(pool, location, session)) warn(warning);
      return ledgerOf(location, connected, lock, warn);
    } catch (error) {
      await lock.release();
      throw error;
    }
  });
}

/** A run whose own process has died is sent by its workers all the same: its rows are in their hands. */
async function assertNobodyWorks({ name, shared }: Ledger, batch: BatchId): Promise<void> {
  const work = await shared?.store.work(batch);
  if (work === undefined || !['canary', 'open'].includes(work.state)) return;
  const [worker] = (await shared?.store.workers())?.filter((one) => one.batch === batch) ?? [];
  if (worker === undefined) return;
  const holder = { pid: worker.pid, host: worker.host, started_at: worker.startedAt };
  throw heldBy(holder, `The batch "${batch}" in the ledger ${name}`);
}

/** A run that was begun for several processes, and whose own has died, is over: another one begins. */
async function endEarlierRun(pool: Connected['pool'], batch: BatchId): Promise<void> {
  await pool.query(`update batch set work_state = 'closed' where id = $1`, [batch]);
}

/** Makes the tables, or brings them up to date. */
async function makeLedger(
  location: PostgresLocation,
  connected: Connected,
  existing: boolean,
): Promise<void> {
  const { db, pool, time } = connected;
  await makeTables(db, pool, location, existing);
  const now = time.now();
  await db
    .insertInto('ledger')
    .values({ id: 1, kind: location.kind, created_at: now, time_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await assertKind(connected, location);
}

/** A ledger serves real orders or the sandbox's, never both. */
async function assertKind({ db }: Connected, { name, kind }: PostgresLocation): Promise<void> {
  const found = await db.selectFrom('ledger').select('kind').executeTakeFirst();
  if (found !== undefined && found.kind !== kind) throw anotherKind(name, found.kind);
}

async function orClose<T>({ db }: Connected, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function opening<T>({ name }: PostgresLocation, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw postgresProblem(error, name, 'opening') ?? error;
  }
}
