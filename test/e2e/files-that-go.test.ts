import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contradictions, csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const FULL_DISK = fileURLToPath(new URL('../support/full-disk.cjs', import.meta.url));

describe('a ledger that goes away in mid-run', () => {
  it.each([
    ['is deleted', (folder: string) => rmSync(`${folder}/.batch/ledger.db`)],
    ['is deleted with its folder', (folder: string) => rmSync(`${folder}/.batch`, { recursive: true })],
    ['is moved', (folder: string) => renameSync(`${folder}/.batch/ledger.db`, `${folder}/elsewhere.db`)],
  ])('and %s is noticed: nothing else is sent, exit 3, and the results are written', async (_, take) => {
    const sandbox = await sandboxForTest({ latencyMs: 50 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(60));
    const running = place.start(['orders.csv', '--json', '--concurrency', '3', '--canary', '0']);
    await sandbox.placed(10);
    take(place.folder);
    const placedThen = sandbox.truth().length;
    const ended = await running.ended;
    expect(ended.status).toBe(3);
    expect(JSON.parse(ended.stdout)).toMatchObject({ exitCode: 3, counts: { total: 60, in_doubt: 0 } });
    expect(sandbox.truth().length).toBeLessThanOrEqual(placedThen + 6);
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
    expect(ended.stderr).not.toContain('    at ');
  });

  it('after the last order is noticed too, and said to a person', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: 'delay', share: 1, when: 'after', ms: 1_500 }] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(1));
    const running = place.start(['orders.csv']);
    await sandbox.placed(1);
    rmSync(`${place.folder}/.batch/ledger.db`);
    const ended = await running.ended;
    expect(ended.status).toBe(3);
    expect(ended.stdout).toMatch(/Stopped .*ledger\.db was deleted or replaced/);
    expect(place.results('orders.results.csv')).toMatchObject([{ status: 'succeeded' }]);
  });
});

it('a lock file that goes away in mid-run stops the run before a second one can meet it, without a stack', async () => {
  const sandbox = await sandboxForTest({ latencyMs: 150 });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(40));
  const args = ['orders.csv', '--canary', '0', '--settle', '1s', '--timeout', '2s'];
  const first = place.start([...args, '--concurrency', '4', '--out', 'first.csv']);
  await sandbox.placed(4);
  rmSync(`${place.folder}/.batch/ledger.db.lock`);
  const second = place.start(args);
  const [one, two] = await Promise.all([first.ended, second.ended]);
  expect(one.status).toBe(3);
  expect(one.stdout).toMatch(/Stopped .*\.lock was deleted or replaced/);
  expect(`${one.stderr}${two.stderr}`).not.toMatch(/ {4}at |defect/);
  expect([0, 4]).toContain(two.status);
  const last = await place.summary(args);
  expect(last.status).toBe(0);
  expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
});

describe('results that cannot be written at the end', () => {
  it('since their folder is gone, are said beside the summary, with exit 3', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 30 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(20));
    mkdirSync(`${place.folder}/out`);
    const running = place.start(['orders.csv', '--out', 'out/results.csv', '--json']);
    await sandbox.placed(5);
    rmSync(`${place.folder}/out`, { recursive: true });
    const { status, stdout, stderr } = await running.ended;
    expect(status).toBe(3);
    expect(stderr).toContain('folder does not exist');
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 3,
      results: null,
      sent: 20,
      counts: { succeeded: 20 },
      error: { code: 'file_unwritable', message: expect.stringContaining('folder does not exist') },
    });
    await place.run(['results', 'orders', '--out', 'again.csv']);
    expect(contradictions(place.results('again.csv'), sandbox.truth())).toEqual([]);
  });

  it('since the disk is full, are said beside the summary, for a person and for scripts', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const env = { NODE_OPTIONS: `--require ${FULL_DISK}`, FULL_DISK_FOR: 'results.csv' };
    const told = await place.run(['orders.csv', '--failures', 'failures.csv'], env);
    expect(told.status).toBe(3);
    expect(told.stdout).toMatch(/succeeded +3/);
    expect(told.stdout).toMatch(/Error .*results\.csv cannot be written: the disk is full/);
    expect(existsSync(`${place.folder}/orders.results.csv`)).toBe(false);
    expect(place.exists('failures.csv')).toBe(true);
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const scripted = await place.summary(['orders.csv'], env);
    expect(scripted.summary).toMatchObject({ exitCode: 3, results: null, counts: { succeeded: 3 } });
    expect((await place.run(['orders.csv'])).status).toBe(0);
  });

  it('keep the exit status of a signal', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 50 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(60));
    mkdirSync(`${place.folder}/out`);
    const running = place.start(['orders.csv', '--out', 'out/results.csv', '--json']);
    await sandbox.placed(5);
    rmSync(`${place.folder}/out`, { recursive: true });
    running.child.kill('SIGTERM');
    const { status, stdout } = await running.ended;
    expect(status).toBe(143);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 143, results: null });
  });
});

it('a log whose disk is full does not end a run', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(100));
  const log = ['--log-file', '/dev/full', '--log-level', 'trace'];
  const { status, stderr } = await place.run(['orders.csv', ...log]);
  expect(status).toBe(0);
  expect(stderr.match(/cannot be written any more \(ENOSPC\)/g)).toHaveLength(1);
  expect(sandbox.truth()).toHaveLength(100);
});
