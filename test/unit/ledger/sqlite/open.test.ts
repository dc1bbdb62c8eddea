import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../../../src/ledger/sqlite/open.js';
import { bring, JUNE, line, load, newLedger } from '../../../support/ledger.js';
import { temporaryFolder } from '../../../support/temp-folder.js';
import { virtualClock } from '../../../support/virtual-clock.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const open = (path: string, kind: 'portal' | 'sandbox' = 'portal') => openSqlite(path, kind, virtualClock());
const isRoot = process.getuid?.() === 0;

describe('a ledger’s file', () => {
  it('is made with its folder, for its owner alone', async () => {
    const path = at('deep/er/ledger.db');
    const ledger = await open(path);
    await load(ledger, [[line(0, 'A')]]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    expect(statSync(at('deep')).mode & 0o077).toBe(0);
    await ledger.close();
  });

  it('keeps what it was told, over being closed and opened', async () => {
    const path = at('kept.db');
    const ledger = await newLedger(folder, path);
    await load(ledger, [[line(0, 'A'), line(1, 'B')]]);
    await bring(ledger, 'A', 'succeeded', { orderNo: 'O-1' });
    await ledger.close();
    const again = await open(path);
    expect(await again.read.batch(JUNE)).toMatchObject({ run_no: 1 });
    expect(await again.read.statusCounts({ batch: JUNE, runNo: 1 })).toMatchObject([
      { status: 'not_sent', rows: 1 },
      { status: 'succeeded', rows: 1 },
    ]);
    await again.close();
  });

  it('keeps what was on the disk when the program was killed: it is on the disk when the promise is kept', async () => {
    const path = at('killed.db');
    const ledger = await newLedger(folder, path);
    await load(ledger, [[line(0, 'A')]]);
    await bring(ledger, 'A', 'sending');
    // Not closed, as after a kill: another program reads the file as it stands.
    const other = new Sqlite(path, { readonly: true });
    expect(other.prepare('SELECT status FROM order_row').pluck().get()).toBe('sending');
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
    other.close();
    await ledger.close();
  });

  it('for real orders does not serve for the sandbox, nor the other way round', async () => {
    await (await open(at('real.db'), 'portal')).close();
    await (await open(at('simulated.db'), 'sandbox')).close();
    await expect(open(at('real.db'), 'sandbox')).rejects.toMatchObject({
      code: 'ledger_of_another_kind',
      message: expect.stringContaining('real orders'),
    });
    await expect(open(at('simulated.db'), 'portal')).rejects.toMatchObject({
      code: 'ledger_of_another_kind',
    });
    await (await open(at('real.db'), 'portal')).close();
  });

  it('that a newer version has changed is refused and left as it is', async () => {
    await (await open(at('newer.db'))).close();
    const sqlite = new Sqlite(at('newer.db'));
    sqlite.exec("INSERT INTO kysely_migration VALUES ('999-from-the-future', '2030-01-01')");
    sqlite.close();
    await expect(open(at('newer.db'))).rejects.toMatchObject({ code: 'ledger_newer', exitStatus: 2 });
    await expect(open(at('newer.db'))).rejects.toMatchObject({ code: 'ledger_newer' });
  });

  it('that is no database is refused and left as it is', async () => {
    const text = 'sn,plan\n1,2\n'.repeat(200);
    writeFileSync(at('orders.csv'), text);
    await expect(open(at('orders.csv'))).rejects.toMatchObject({ code: 'ledger_corrupt', exitStatus: 2 });
    expect(statSync(at('orders.csv')).size).toBe(text.length);
  });

  it('that is damaged is said to be, with what to do', async () => {
    const path = at('damaged.db');
    const ledger = await newLedger(folder, path);
    await load(ledger, [Array.from({ length: 500 }, (_, i) => line(i, `SN${i}`))]);
    await ledger.close();
    const size = statSync(path).size;
    const sqlite = new Sqlite(path);
    const root = sqlite
      .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'kysely_migration'")
      .pluck()
      .get() as number;
    const pageSize = sqlite.pragma('page_size', { simple: true }) as number;
    sqlite.close();
    const { openSync, writeSync, closeSync } = await import('node:fs');
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(pageSize, 0x41), 0, pageSize, (root - 1) * pageSize);
    closeSync(file);
    expect(statSync(path).size).toBe(size);
    await expect(open(path)).rejects.toMatchObject({
      code: 'ledger_corrupt',
      remedy: expect.stringContaining('backup'),
    });
  });

  it('that is a folder cannot be opened', async () => {
    mkdirSync(at('folder.db'));
    await expect(open(at('folder.db'))).rejects.toMatchObject({ name: 'Problem', code: 'ledger_unusable' });
  });

  it('below a file cannot be opened', async () => {
    writeFileSync(at('file'), '');
    await expect(open(at('file/ledger.db'))).rejects.toMatchObject({ name: 'Problem' });
    expect(existsSync(at('file/ledger.db'))).toBe(false);
  });

  it.skipIf(isRoot)('that may not be written is refused before anything is sent', async () => {
    await (await open(at('readonly.db'))).close();
    chmodSync(at('readonly.db'), 0o400);
    await expect(open(at('readonly.db'))).rejects.toMatchObject({ code: 'ledger_read_only', exitStatus: 2 });
    chmodSync(at('readonly.db'), 0o600);
  });
});
