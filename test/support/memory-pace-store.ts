import type { Clock } from '../../src/common/clock.js';
import type { Attempt, PaceStore, Snapshot } from '../../src/common/pace-store.js';

/** One way to the store, as a worker has it. */
export interface Connection {
  readonly clock: Clock;
  /** How long a message takes, in each direction, ms. */
  readonly delayMs: () => number;
  /** Nothing arrives, and nothing comes back. */
  readonly isCut: () => boolean;
}

export interface MemoryPaceStore {
  readonly connect: (connection: Connection) => PaceStore;
  /** As after a restart of the database. */
  readonly empty: () => void;
  /** The store's clock is set by so many ms. */
  readonly setClock: (byMs: number) => void;
  /** What was written, as JSON. */
  readonly state: () => string | null;
  readonly counts: { reads: number; writes: number; conflicts: number; largest: number };
}

/** A pace store for workers on a virtual clock, with delays and cuts. Its clock is ahead of the virtual one. */
export function memoryPaceStore(trueTime: () => number, aheadMs = 1_000_000): MemoryPaceStore {
  let state: string | null = null;
  let version = 0;
  let ahead = aheadMs;
  const listeners: { readonly listener: () => void; readonly connection: Connection }[] = [];
  const counts = { reads: 0, writes: 0, conflicts: 0, largest: 0 };
  const snapshot = (): Snapshot => ({
    state: state === null ? null : JSON.parse(state),
    version: String(version),
    now: trueTime() + ahead,
  });

  const across = async ({ clock, delayMs, isCut }: Connection): Promise<void> => {
    await clock.sleep(delayMs());
    if (isCut()) {
      await clock.sleep(5_000);
      throw new Error('cut off');
    }
  };

  return {
    counts,
    state: () => state,
    empty: () => {
      state = null;
      version += 1_000;
    },
    setClock: (byMs) => {
      ahead += byMs;
    },
    connect: (connection) => ({
      read: async () => {
        await across(connection);
        counts.reads++;
        const answer = snapshot();
        await across(connection);
        return answer;
      },
      write: async (next, expected, tell): Promise<Attempt> => {
        await across(connection);
        if (expected !== String(version)) {
          counts.conflicts++;
          const answer = snapshot();
          await across(connection);
          return { written: false, ...answer };
        }
        const text = JSON.stringify(next);
        state = text;
        version++;
        counts.writes++;
        counts.largest = Math.max(counts.largest, text.length);
        const answer = { written: true, version: String(version), now: trueTime() + ahead } as const;
        if (tell)
          for (const { listener, connection: other } of listeners)
            if (other !== connection) void across(other).then(listener, () => undefined);
        await across(connection);
        return answer;
      },
      onChange: (listener) => void listeners.push({ listener, connection }),
    }),
  };
}
