import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/common/clock.js';
import { ledgerHolder, lockLedger } from '../../../../src/ledger/sqlite/lock.js';
import { built } from '../../../support/built.js';
import { temporaryFolder } from '../../../support/temp-folder.js';
import { virtualClock } from '../../../support/virtual-clock.js';

const folder = temporaryFolder();
const LOCK = built('src/ledger/sqlite/lock.js');
const CLOCK = built('src/common/clock.js');
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Another process that takes the ledger and holds it until it is killed. */
async function holder(path: string): Promise<ChildProcess> {
  const program = `
    import { lockLedger } from ${JSON.stringify(LOCK)};
    import { systemClock } from ${JSON.stringify(CLOCK)};
    globalThis.release = await lockLedger(${JSON.stringify(path)}, 0, systemClock);
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const ended = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`the holder ended with ${code}`)),
  );
  ended.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), ended]);
  return child;
}

const tryLock = (path: string, waitMs = 0) => lockLedger(path, waitMs, systemClock);

describe('the ledger is held by one run', () => {
  it('while another process holds it, is refused with who that is and what to do', async () => {
    const path = join(folder, 'held.db');
    const child = await holder(path);
    await expect(tryLock(path)).rejects.toMatchObject({
      code: 'ledger_held',
      exitStatus: 5,
      message: expect.stringMatching(
        new RegExp(`process ${child.pid} on ${hostname()}, started \\d{4}-\\d\\d-\\d\\dT.*Z\\.`),
      ),
      remedy: expect.stringContaining('--lock-wait'),
    });
    child.kill('SIGKILL');
  });

  it('is free as soon as its holder was killed', async () => {
    const path = join(folder, 'killed.db');
    const child = await holder(path);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    (await tryLock(path))();
  });

  it('is waited for as long as asked, and then had', async () => {
    const path = join(folder, 'waited.db');
    const child = await holder(path);
    const waiting = tryLock(path, 10_000);
    setTimeout(() => child.kill('SIGKILL'), 100);
    (await waiting)();
  });

  it('is waited for no longer than asked', async () => {
    const path = join(folder, 'patience.db');
    const release = await tryLock(path);
    const clock = virtualClock();
    let refusedAt: number | undefined;
    const waiting = lockLedger(path, 60_000, clock).catch((error: unknown) => {
      refusedAt = clock.monotonic();
      return error;
    });
    await clock.runUntil(59_000);
    expect(refusedAt).toBeUndefined();
    await clock.runUntil(61_000);
    expect(await waiting).toMatchObject({ code: 'ledger_held' });
    expect(refusedAt).toBe(60_000);
    release();
  });

  it('is free after its release, again and again', async () => {
    const path = join(folder, 'again.db');
    for (let i = 0; i < 3; i++) {
      const release = await tryLock(path);
      await expect(tryLock(path)).rejects.toMatchObject({ code: 'ledger_held' });
      release();
    }
  });

  it('stands beside the ledger, for its owner alone', async () => {
    const path = join(folder, 'private.db');
    const release = await tryLock(path);
    expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600);
    release();
  });

  it.each([
    ['its own file', 'own'],
    ['a ledger that is still to be made', 'still-to-be-made'],
  ])('by the name of a symbolic link to %s is the same ledger', async (_, name) => {
    const path = join(folder, `${name}.db`);
    const link = join(folder, `link-to-${name}.db`);
    if (name === 'own') (await tryLock(path))();
    symlinkSync(`${name}.db`, link);
    const release = await tryLock(link);
    await expect(tryLock(path)).rejects.toMatchObject({ code: 'ledger_held', exitStatus: 5 });
    expect(ledgerHolder(link)).toMatchObject({ pid: process.pid });
    expect(ledgerHolder(path)).toMatchObject({ pid: process.pid });
    release();
    const other = await tryLock(path);
    await expect(tryLock(link)).rejects.toMatchObject({ code: 'ledger_held' });
    other();
  });

  it('by the name of a hard link is refused: no name leads to the others', async () => {
    const path = join(folder, 'hard.db');
    (await tryLock(path))();
    linkSync(path, join(folder, 'hard-too.db'));
    await expect(tryLock(path)).rejects.toMatchObject({ code: 'ledger_two_names' });
  });

  it('by a link that leads to itself is a problem with the ledger', async () => {
    const path = join(folder, 'loop.db');
    symlinkSync('loop.db', path);
    await expect(tryLock(path)).rejects.toMatchObject({ code: 'ledger_unusable' });
  });

  it('in a place that cannot be written is a problem with the ledger, not a defect', async () => {
    mkdirSync(join(folder, 'folder.db.lock'));
    await expect(tryLock(join(folder, 'folder.db'))).rejects.toMatchObject({ name: 'Problem' });
  });
});
