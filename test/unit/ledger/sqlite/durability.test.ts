import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../../src/ledger/sqlite/database.js';
import { temporaryFolder } from '../../../support/temp-folder.js';

const folder = temporaryFolder();

/** SQLite's number for FULL: each commit is on the disk before it returns. */
const FULL = 2;

it('the ledger writes ahead and waits for the disk at each commit', async () => {
  const { db } = await openDatabase(join(folder, 'ledger.db'));
  const { rows: journal } = await sql`PRAGMA journal_mode`.execute(db);
  const { rows: synchronous } = await sql`PRAGMA synchronous`.execute(db);
  await db.destroy();
  expect(journal).toEqual([{ journal_mode: 'wal' }]);
  expect(synchronous).toEqual([{ synchronous: FULL }]);
});
