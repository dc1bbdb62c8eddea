import { createHash, randomUUID } from 'node:crypto';
import type { Attempt, PaceStore, Snapshot } from '../../common/pace-store.js';

/** A pool of connections, as `pg` has it. */
export interface QueryPool {
  readonly query: (
    text: string,
    values: unknown[],
  ) => Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}

export interface PostgresStoreOptions {
  readonly pool: QueryPool;
  /** Which pace: one for each portal account. */
  readonly account: string;
  /** The schema of the table: notices are for the whole database. */
  readonly schema: string;
  /** Calls the listener at each notice. One may be lost: a worker that waits for a slot reads the store each second. */
  readonly listen: (channel: string, listener: (payload: string) => void) => void;
}

/** Where the notices of a schema are heard. A schema's own name may be as long as a channel's may. */
export const gateChannel = (schema: string): string =>
  `gate_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`;

/** Differs from all before, also from those of a row that is gone. */
const NEW_VERSION = 'gen_random_uuid()::text';
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::float8 as now';

/**
 * A pace in PostgreSQL: a row of the table `gate` for each portal account, and a notice when others have to know. Each
 * question is one statement, so a worker that freezes holds no lock.
 */
export function createPostgresStore({ pool, account, schema, listen }: PostgresStoreOptions): PaceStore {
  const channel = gateChannel(schema);
  const self = randomUUID();

  const snapshotOf = (row: Record<string, unknown> | undefined): Snapshot => {
    if (row === undefined) throw new Error('the table of the pace gave no row');
    const { state, version, now } = row;
    return {
      state: typeof state === 'string' ? JSON.parse(state) : null,
      version: String(version),
      now: Number(now),
    };
  };

  const read = async (): Promise<Snapshot> => {
    const { rows } = await pool.query(`select state, version, ${NOW} from gate where account = $1`, [
      account,
    ]);
    if (rows.length > 0) return snapshotOf(rows[0]);
    const made = await pool.query(
      `insert into gate (account, version) values ($1, ${NEW_VERSION})
       on conflict (account) do update set account = excluded.account
       returning state, version, ${NOW}`,
      [account],
    );
    return snapshotOf(made.rows[0]);
  };

  return {
    read,
    write: async (state, version, tell): Promise<Attempt> => {
      // What is there if another was faster comes with the same answer, as of its beginning: that may be old too, and
      // then the next try finds out.
      const { rows } = await pool.query(
        `with written as (
           update gate set state = $2, version = ${NEW_VERSION} where account = $1 and version = $3
           returning version
         ), told as (
           select pg_notify($4, $6) from written where $5
         )
         select true as written, null as state, version, ${NOW}, (select count(*) from told) from written
         union all
         select false, state, version, ${NOW}, 0 from gate
         where account = $1 and not exists (select from written)`,
        [account, JSON.stringify(state), version, channel, tell, `${self} ${account}`],
      );
      const [row] = rows;
      if (row === undefined) return { written: false, ...(await read()) };
      const answer = snapshotOf(row);
      return row['written'] === true
        ? { written: true, version: answer.version, now: answer.now }
        : { written: false, ...answer };
    },
    onChange: (listener) =>
      listen(channel, (told) => {
        const [sender, ...whose] = told.split(' ');
        // Notices come back to who sent them.
        if (sender !== self && whose.join(' ') === account) listener();
      }),
  };
}
