import { existsSync } from 'node:fs';
import { noLedger } from '../kind.js';
import type { SqliteLocation } from '../location.js';
import type { Backend } from '../open.js';
import { insertRows } from './insert-rows.js';
import { ledgerHolder, lockLedger } from './lock.js';
import { openSqlite, openTables } from './open.js';

/** A ledger in a file: one process at a time works with it, whatever the batch. */
export const sqliteBackend: Backend<SqliteLocation> = {
  take: async ({ path, kind }, { clock, lockWait, existing }) => {
    if (existing === true) assertThere(path);
    const release = await lockLedger(path, lockWait, clock);
    try {
      const ledger = await openSqlite(path, kind, clock);
      const close = async (): Promise<void> => {
        await ledger.close();
        release();
      };
      return { ...ledger, close };
    } catch (error) {
      release();
      throw error;
    }
  },

  join: () => Promise.resolve(undefined),

  open: async ({ path, kind }, clock) => {
    assertThere(path);
    return await openSqlite(path, kind, clock);
  },

  whole: async ({ path, kind }, { clock, as }) => {
    if (as === 'source') assertThere(path);
    const release = await lockLedger(path, 0, clock);
    try {
      const { db, time } = await openTables(path, kind, clock);
      const close = async (): Promise<void> => {
        await db.destroy();
        release();
      };
      return { name: path, db, now: time.now(), insert: insertRows, close };
    } catch (error) {
      release();
      throw error;
    }
  },

  holder: async ({ path }) => ledgerHolder(path),
};

function assertThere(path: string): void {
  if (!existsSync(path)) throw noLedger(path);
}
