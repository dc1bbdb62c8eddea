import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { systemClock } from '../../../../src/common/clock.js';
import { openSqlite } from '../../../../src/ledger/sqlite/open.js';
import { built } from '../../../support/built.js';
import { temporaryFolder } from '../../../support/temp-folder.js';

const DATABASE = pathToFileURL(built('src/ledger/sqlite/database.js')).href;
const SQLITE = pathToFileURL(
  join(import.meta.dirname, '../../../../node_modules/better-sqlite3/lib/index.js'),
).href;

/** Opens a new ledger and is killed at its nth table or index. */
const killedAt = (nth: number, path: string): string => `
  import Sqlite from ${JSON.stringify(SQLITE)};
  const prepare = Sqlite.prototype.prepare;
  let left = ${nth};
  Sqlite.prototype.prepare = function (sql) {
    if (sql.startsWith('create') && --left === 0) process.kill(process.pid, 'SIGKILL');
    return prepare.call(this, sql);
  };
  const { openDatabase } = await import(${JSON.stringify(DATABASE)});
  await openDatabase(${JSON.stringify(path)});
`;

it('a ledger whose making was killed half way is made anew by the next run', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  for (const nth of [2, 4, 6, 8]) {
    const path = join(folder, `${nth}.db`);
    const killed = spawnSync(process.execPath, ['--input-type=module', '-e', killedAt(nth, path)]);
    expect(killed.signal).toBe('SIGKILL');
    const ledger = await openSqlite(path, 'portal', systemClock);
    expect(await ledger.read.batches()).toEqual([]);
    await ledger.close();
  }
});
