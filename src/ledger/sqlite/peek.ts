import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import type { BatchId } from '../../common/ids.js';

/** Whether a ledger that this run does not use knows a batch. Reads only; what cannot be read knows nothing. */
export function knowsBatch(path: string, batch: BatchId): boolean {
  if (!existsSync(path)) return false;
  try {
    const db = new Sqlite(path, { readonly: true });
    try {
      return db.prepare('SELECT 1 FROM batch WHERE id = ?').get(batch) !== undefined;
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}
