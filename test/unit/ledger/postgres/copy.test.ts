import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { planHashOf } from '../../../../src/batch/plan-hash.js';
import { systemClock } from '../../../../src/common/clock.js';
import { type OrderNo, serialKey } from '../../../../src/common/ids.js';
import { copyLedger } from '../../../../src/ledger/copy-ledger.js';
import type { LedgerLocation } from '../../../../src/ledger/location.js';
import { readLocation } from '../../../../src/ledger/location.js';
import { openLedger, takeLedger } from '../../../../src/ledger/open.js';
import { COPIED_TABLES } from '../../../../src/ledger/sql/copy.js';
import { bring, JUNE, line, load } from '../../../support/ledger.js';
import { urlWithSchema } from '../../../support/postgres.js';
import { temporaryFolder } from '../../../support/temp-folder.js';

const here = describe.skipIf(inject('postgresUrl') === undefined);
const folder = temporaryFolder();
const DAY_MS = 86_400_000;

const file = (): LedgerLocation => readLocation(join(folder, `${randomUUID()}.db`), '/', 'portal', {});
const database = (): LedgerLocation => readLocation(urlWithSchema(randomUUID()), '/', 'portal', {});
const COPYING = { clock: systemClock, tell: () => undefined, planOf: planHashOf };
const late = { ...systemClock, now: () => Date.now() - DAY_MS };

/** A ledger with something in each table; its own time is a day late if it is a file. */
async function filled(location: LedgerLocation): Promise<void> {
  const taking = { batch: JUNE, clock: late, lockWait: 0, warn: () => undefined };
  const ledger = await takeLedger(location, taking);
  await load(ledger, [[line(0, 'A'), line(1, 'B'), line(2, '', { findings: ['no serial number'] })]]);
  await bring(ledger, 'A', 'succeeded', { orderNo: 'O-1' });
  await bring(ledger, 'B', 'in_doubt', { openForMs: 7_000 });
  const look = await ledger.mirror.beginLook();
  await ledger.mirror.noteListed(look, [{ orderNo: 'O-1' as OrderNo, productNo: 'A', references: ['R'] }]);
  await ledger.mirror.endLook(look, true, Date.now());
  const started_at = Date.now();
  await ledger.runs.begin({
    batch: JUNE,
    run_no: 1,
    started_at,
    program: 'p',
    machine: 'm',
    person: 'a "quoted"\nname \\ with signs',
    command: '{}',
    input_sha256: null,
    plan_hash: null,
    price: null,
    account: null,
  });
  await ledger.close();
}

/** Columns that only a database has: who works on what at this moment. */
const OF_WORKERS = ['limit_left', 'server_start', 'settings', 'stop', 'work_state', 'reserved_until'];
const withoutWorkers = (row: object) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !OF_WORKERS.includes(name)));

async function dumped(location: LedgerLocation) {
  const ledger = await openLedger(location, systemClock);
  const { open_until: _, intended_at: __, ...inDoubt } = (await ledger.read.row(JUNE, serialKey('B'))) ?? {};
  const found = {
    inDoubt: withoutWorkers(inDoubt),
    batches: (await ledger.read.batches()).map(withoutWorkers),
    runs: await ledger.runs.ofBatch(JUNE),
    sends: await ledger.runs.sends(JUNE, undefined),
    order: await ledger.mirror.order('O-1' as OrderNo),
    rejected: await ledger.read.rejectedByPosition({ batch: JUNE, runNo: 1 }, -1),
  };
  await ledger.close();
  return found;
}

here('a copy of a ledger', () => {
  it.each([
    ['file', 'database', file, database],
    ['database', 'file', database, file],
    ['file', 'file', file, file],
    ['database', 'database', database, database],
  ])('from a %s into a %s has each row of each table', async (_, __, from, to) => {
    const [source, target] = [from(), to()];
    await filled(source);
    const { tables } = await copyLedger(source, target, COPYING);
    for (const table of COPIED_TABLES)
      expect([table, tables[table]]).toEqual([table, expect.toSatisfy((n) => n > 0)]);
    expect(await dumped(target)).toEqual(await dumped(source));
  });

  it('watches a row in doubt for as long as the ledger that it came from: the clocks may differ', async () => {
    const [source, target] = [file(), database()];
    await filled(source);
    await copyLedger(source, target, COPYING);
    const ledger = await openLedger(target, systemClock);
    const row = await ledger.read.row(JUNE, serialKey('B'));
    await ledger.close();
    // By the clock of the file it was a day ago.
    expect(row?.open_until).toBeGreaterThan(Date.now() - 10_000);
    expect((row?.open_until ?? 0) - (row?.intended_at ?? 0)).toBeGreaterThanOrEqual(7_000);
  });

  it('that fails half way leaves its target empty', async () => {
    const [source, target] = [file(), database()];
    await filled(source);
    const tell = (text: string): void => {
      if (text.startsWith('Copying credit')) throw new Error('the disk is full');
    };
    const failing = copyLedger(source, target, { ...COPYING, tell });
    await expect(failing).rejects.toThrow('the disk is full');
    const again = await copyLedger(source, target, COPYING);
    expect(again.tables.order_row).toBe(2);
  });
});
