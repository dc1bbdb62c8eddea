import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, it } from 'vitest';
import { createLedgerTime } from '../../../../src/ledger/ledger-time.js';
import type { LedgerTables } from '../../../../src/ledger/schema.js';
import { openDatabase } from '../../../../src/ledger/sqlite/database.js';
import { watchFiles } from '../../../../src/ledger/sqlite/file-watch.js';
import { createJournal } from '../../../../src/ledger/sqlite/journal.js';
import {
  addLooks,
  type JUNE,
  line,
  load,
  makeMove,
  move,
  newLedger,
  OPEN_UNTIL,
  SETTLE_MS,
} from '../../../support/ledger.js';
import { temporaryFolder } from '../../../support/temp-folder.js';

const folder = temporaryFolder();
const TIME = createLedgerTime(0, undefined, { monotonic: () => 0 });
const MOMENTS = { time: TIME, clock: { now: () => 90_000 }, lastLook: () => 0 };

/** A journal over a ledger with rows A0, A1 and so on, and a count of its commits. */
async function journalOver(name: string, rows: number) {
  const path = join(folder, name);
  const ledger = await newLedger(folder, path);
  await load(ledger, [Array.from({ length: rows }, (_, i) => line(i, `A${i}`))]);
  await addLooks(ledger, [OPEN_UNTIL + SETTLE_MS]);
  await ledger.close();
  const commits: string[] = [];
  const verbose = (sql: unknown): void => void (sql === 'COMMIT' && commits.push(sql));
  const sqlite = new Sqlite(path, { verbose });
  const db = new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database: sqlite }) });
  const other = new Sqlite(path, { readonly: true });
  return {
    journal: createJournal({ db, sqlite }, path, watchFiles(path), MOMENTS),
    commits,
    /** Rows in a status, as another program sees them. */
    seen: (status: string) =>
      other.prepare('SELECT count(*) FROM order_row WHERE status = ?').pluck().get(status) as number,
    /** Where the rows stand, in their order. */
    statuses: () => sqlite.prepare('SELECT status FROM order_row ORDER BY sn_key').pluck().all(),
    sqlite,
    close: () => {
      other.close();
      sqlite.close();
    },
  };
}

it('moves that are ready at the same moment share one commit', async () => {
  const { journal, commits, seen, close } = await journalOver('one.db', 100);
  await Promise.all(Array.from({ length: 100 }, (_, i) => makeMove(journal, move('intend', `A${i}`))));
  expect(commits).toHaveLength(1);
  expect(seen('sending')).toBe(100);
  close();
});

it('a move that is alone does not wait for company', async () => {
  const { journal, commits, close } = await journalOver('alone.db', 2);
  await makeMove(journal, move('intend', 'A0'));
  await makeMove(journal, move('intend', 'A1'));
  expect(commits).toHaveLength(2);
  close();
});

it('a move is on the disk for everybody when its promise is kept', async () => {
  const { journal, seen, close } = await journalOver('kept.db', 20);
  let seenAtFirst = -1;
  const all = Array.from({ length: 20 }, (_, i) => makeMove(journal, move('intend', `A${i}`)));
  void all[0]?.then(() => {
    seenAtFirst = seen('sending');
  });
  expect(seen('sending')).toBe(0);
  await Promise.all(all);
  expect(seenAtFirst).toBe(20);
  close();
});

it('moves wait for whoever has begun to write on the same connection', async () => {
  const { journal, seen, sqlite, close } = await journalOver('other-writer.db', 1);
  sqlite.exec("BEGIN; UPDATE order_row SET cells = '[]'");
  const intended = makeMove(journal, move('intend', 'A0'));
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(sqlite.inTransaction).toBe(true);
  sqlite.exec('ROLLBACK');
  expect(await intended).toBe('done');
  expect(seen('sending')).toBe(1);
  close();
});

it('moves of one row in one group follow one another', async () => {
  const { journal, seen, close } = await journalOver('row.db', 1);
  const results = await Promise.allSettled(
    (['intend', 'lose', 'release', 'intend', 'intend'] as const).map((name) =>
      makeMove(journal, move(name, 'A0')),
    ),
  );
  expect(results.map(({ status }) => status)).toStrictEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
  ]);
  expect(seen('sending')).toBe(1);
  close();
});

it('an illegal move in a group is refused alone', async () => {
  const { journal, seen, close } = await journalOver('illegal.db', 3);
  const results = await Promise.allSettled([
    makeMove(journal, move('intend', 'A0')),
    makeMove(journal, move('place', 'A1')),
    makeMove(journal, move('intend', 'A2')),
  ]);
  expect(results.map(({ status }) => status)).toStrictEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(seen('sending')).toBe(2);
  close();
});

it('when the ledger cannot be written, every move of the group is rejected and none is made', async () => {
  const { journal, seen, sqlite, close } = await journalOver('full.db', 3);
  sqlite.pragma('query_only = ON');
  const results = await Promise.allSettled(
    ['A0', 'A1', 'A2'].map((sn) => makeMove(journal, move('intend', sn))),
  );
  for (const result of results) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { name: 'Problem', code: 'ledger_read_only' },
    });
  }
  expect(seen('sending')).toBe(0);
  sqlite.pragma('query_only = OFF');
  expect(await makeMove(journal, move('intend', 'A0'))).toBe('done');
  close();
});

it('a row keeps its batch: the journal never touches another', async () => {
  const { journal, close } = await journalOver('batch.db', 1);
  await expect(makeMove(journal, { ...move('intend', 'A0'), batch: 'july' as typeof JUNE })).rejects.toThrow(
    'not legal',
  );
  close();
});

it('a disk that is full is told as that, and what was on it before stands', async () => {
  const path = join(folder, 'no-space.db');
  const ledger = await newLedger(folder, path);
  await load(ledger, [Array.from({ length: 300 }, (_, i) => line(i, `A${i}`))]);
  await ledger.close();
  const { db, sqlite } = await openDatabase(path);
  // SQLite then says what it says of a full disk.
  sqlite.pragma('max_page_count = 1');
  const journal = createJournal({ db, sqlite }, path, watchFiles(path), MOMENTS);
  const all = Array.from({ length: 300 }, (_, i) => makeMove(journal, move('intend', `A${i}`)));
  for (const one of await Promise.allSettled(all)) {
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'ledger_disk_full' } });
  }
  const sending = await db.selectFrom('order_row').select('sn_key').where('status', '=', 'sending').execute();
  expect(sending).toEqual([]);
  await db.destroy();
});

it.each([
  ['ledger', '', 'ledger_gone'],
  ['lock', '.lock', 'lock_gone'],
])(
  'a %s that is deleted refuses intents, and takes what came of those before',
  async (name, suffix, code) => {
    const path = join(folder, `${name}-gone.db`);
    writeFileSync(`${path}.lock`, '');
    const { journal, statuses, close } = await journalOver(`${name}-gone.db`, 2);
    await makeMove(journal, move('intend', 'A0'));
    rmSync(`${path}${suffix}`);
    const both = await Promise.allSettled([
      makeMove(journal, move('intend', 'A1')),
      makeMove(journal, move('place', 'A0')),
    ]);
    expect(both).toMatchObject([{ status: 'rejected', reason: { code } }, { status: 'fulfilled' }]);
    expect(statuses()).toEqual(['succeeded', 'not_sent']);
    await expect(makeMove(journal, move('place', 'A1'))).rejects.toMatchObject({ code });
    close();
  },
);
