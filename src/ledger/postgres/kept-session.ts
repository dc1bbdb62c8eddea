import pg from 'pg';
import { backoff } from '../../common/backoff.js';
import type { Clock } from '../../common/clock.js';
import { EXIT, Problem } from '../../common/errors.js';
import { refineQueries, sessionConfig } from './client.js';
import { postgresProblem, restarted } from './errors.js';
import type { PostgresLocation } from './location.js';
import { LONGEST_STEP_MS, PATIENCE_MS } from './patience.js';
import { STARTED } from './session.js';

/** A connection whose locks the server drops when it ends. If it breaks, it is made again, with its locks. */
export interface KeptSession {
  readonly client: pg.Client;
  /** Resolves when everything is locked, or is lost for good. */
  readonly locked: () => Promise<void>;
  /** Why what was locked may be somebody else's by now; `undefined`: it is ours, or is about to be again. */
  readonly lost: () => Problem | undefined;
  readonly release: () => Promise<void>;
}

/**
 * What came of taking the locks again: `taken`: somebody else has had them meanwhile; `later`: the server has not noticed
 * yet that the first connection is gone.
 */
export type Relocked = 'locked' | 'taken' | 'later';

interface Connection {
  readonly client: pg.Client;
  /** When the server was started. */
  readonly started: string;
  readonly isBroken: () => boolean;
}

/** @param relock takes on another connection what was locked on the first one */
export async function keepSession(
  location: PostgresLocation,
  clock: Clock,
  relock: (client: pg.Client) => Promise<Relocked>,
): Promise<KeptSession> {
  const { name } = location;
  const released = new AbortController();
  let final: Problem | undefined;
  let again: Promise<void> | undefined;

  /** A session that is not connected yet closes itself if that fails. */
  const connect = async (): Promise<Connection> => {
    const client = new pg.Client(sessionConfig(location, false));
    refineQueries(client);
    let broken = false;
    const onBreak = (): void => {
      broken = true;
      if (client === current?.client && !released.signal.aborted) again ??= regain();
    };
    // Without a listener a connection that breaks would end the process.
    client.on('error', onBreak);
    client.on('end', onBreak);
    try {
      await client.connect();
      const { rows } = await client.query<{ started: string }>(`select ${STARTED} as started`);
      return { client, started: rows[0]?.started ?? '', isBroken: () => broken };
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  };

  /** @returns why another try is of no use; undefined: a later one may do */
  const tryAgain = async (): Promise<Problem | 'locked' | undefined> => {
    const next = await connect().catch((error: unknown) => asProblem(error));
    if (next instanceof Problem) return isPassing(next) ? undefined : next;
    const { client, started } = next;
    const relocked =
      started === current?.started
        ? await relock(client).catch((): Relocked => 'later')
        : ('restarted' as const);
    if (relocked === 'locked' && !next.isBroken()) {
      current = next;
      return 'locked';
    }
    await client.end().catch(() => undefined);
    if (relocked === 'later' || relocked === 'locked') return undefined;
    return relocked === 'restarted' ? restarted(name) : takenOver(name);
  };

  const regain = async (): Promise<void> => {
    const giveUpAt = clock.monotonic() + PATIENCE_MS;
    for (let tries = 1; !released.signal.aborted; tries++) {
      const came = await tryAgain();
      if (came === 'locked') break;
      if (came !== undefined || clock.monotonic() >= giveUpAt) {
        final = came ?? asProblem(new Error('Connection terminated unexpectedly'));
        break;
      }
      await clock.sleep(Math.min(LONGEST_STEP_MS, backoff(tries, clock.random())), released.signal);
    }
    again = undefined;
  };

  const asProblem = (error: unknown): Problem =>
    postgresProblem(error, name, 'running') ??
    new Problem('ledger_connection_lost', `The connection to the ledger ${name} was lost.`, {
      exitStatus: EXIT.stoppedEarly,
      cause: error,
    });

  let current: Connection | undefined;
  current = await connect();
  return {
    client: current.client,
    locked: async () => {
      while (again !== undefined) await again;
    },
    lost: () => final,
    release: async () => {
      released.abort();
      await again;
      await current?.client.end().catch(() => undefined);
    },
  };
}

const isPassing = ({ code }: Problem): boolean =>
  ['ledger_connection_lost', 'ledger_too_many_connections', 'ledger_too_slow'].includes(code);

const takenOver = (name: string): Problem =>
  new Problem(
    'ledger_taken_over',
    `Another process has taken the ledger ${name}, or this batch of it, while the connection was broken.`,
    {
      remedy: 'Look at `status` before you run the same command again.',
      exitStatus: EXIT.stoppedEarly,
    },
  );
