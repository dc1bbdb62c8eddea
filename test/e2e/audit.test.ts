import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

it('has the results, the report, every run and every send, and a manifest that sha256sum takes', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: '429', share: 1, times: 2 }] });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(4));
  const secret = 'https://hooks.example.com/services/very-secret-token';
  await place.run(['orders.csv', '--dry-run']);
  await place.run(['orders.csv', '--concurrency', '1', '--billing-contact', 'Ada Keller'], {
    BATCH_NOTIFY: secret,
    NO_PROXY: 'hooks.example.com',
    BATCH_MAX_TOTAL: '2000',
  });
  const { status, stdout } = await place.run(['audit', 'orders', '--out', 'audit', '--json']);
  expect(status).toBe(0);
  const { files } = JSON.parse(stdout);
  expect(files.map(({ file }: { file: string }) => file)).toEqual([
    'README.txt',
    'batch.json',
    'runs.json',
    'sends.csv',
    'results.csv',
    'report.html',
  ]);
  const checked = spawnSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: join(place.folder, 'audit') });
  expect(checked.status).toBe(0);

  const input = spawnSync('sha256sum', ['orders.csv'], { cwd: place.folder }).stdout.toString().slice(0, 64);
  const batch = JSON.parse(place.read('audit/batch.json'));
  expect(batch).toMatchObject({
    batch: 'orders',
    job: 'switch-plan',
    inputSha256: input,
    planHash: expect.stringMatching(/^[0-9a-f]{32}$/),
    rows: { total: 4, succeeded: 4 },
    sandbox: false,
  });
  const runs = JSON.parse(place.read('audit/runs.json'));
  expect(runs).toMatchObject([
    { run: 1, person: userInfo().username, command: { dryRun: true }, ordersPlaced: 0, exitCode: 0 },
    {
      run: 2,
      command: {
        file: 'orders.csv',
        concurrency: '1',
        billingContact: 'Ada Keller',
        maxTotal: '2000',
      },
      inputSha256: input,
      price: { total: '864.00', currency: 'USD' },
      ordersPlaced: 4,
      exitCode: 0,
    },
  ]);
  expect(runs[1].program).toMatch(/^yeastar-batch \d+\.\d+\.\d+, Node v/);

  const sends = parse(place.read('audit/sends.csv'), { columns: true }) as Record<string, string>[];
  expect(sends.map(({ outcome }) => outcome).sort()).toEqual([
    'not_placed',
    'not_placed',
    'placed',
    'placed',
    'placed',
    'placed',
  ]);
  for (const send of sends) {
    expect(send['requestId']).not.toBe('');
    expect(Date.parse(send['endedAt'] ?? '')).toBeGreaterThanOrEqual(Date.parse(send['sentAt'] ?? ''));
  }
  const placed = sends.filter(({ outcome }) => outcome === 'placed').map(({ orderNo }) => orderNo);
  expect(placed.sort()).toEqual(
    sandbox
      .truth()
      .map(({ orderNo }) => orderNo)
      .sort(),
  );
  expect(parse(place.read('audit/results.csv'), { columns: true })).toHaveLength(4);
  expect(place.read('audit/report.html')).toContain('</html>');

  for (const { file } of files) {
    const text = readFileSync(join(place.folder, 'audit', file), 'utf8');
    for (const word of [secret, sandbox.clientSecret, 'Bearer']) expect(text).not.toContain(word);
  }
});

it('is written into a folder of its own, and never into one with files', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(1));
  await place.run(['orders.csv']);
  const missing = await place.run(['audit', 'orders']);
  expect(missing.status).toBe(2);
  expect(missing.stderr).toContain('--out');
  await place.run(['audit', 'orders', '--out', 'audit']);
  const again = await place.run(['audit', 'orders', '--out', 'audit']);
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('has files already');
  expect((await place.run(['audit', 'june', '--out', 'other'])).status).toBe(2);
  expect(place.exists('other')).toBe(false);
});

it('tells of a run that was refused, and of one that was killed, which has no end', async () => {
  const sandbox = await sandboxForTest({ latencyMs: 40 });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(40));
  await place.run(['orders.csv', '--max-total', '1']);
  const options = ['orders.csv', '--timeout', '1s', '--settle', '1s'];
  const running = place.start([...options, '--rate', '20']);
  await sandbox.placed(3);
  running.child.kill('SIGKILL');
  await running.ended;
  await place.run(options);
  await place.run(['audit', 'orders', '--out', 'audit']);
  expect(JSON.parse(place.read('audit/runs.json'))).toMatchObject([
    { run: 1, exitCode: 2, ordersPlaced: 0 },
    { run: 2, exitCode: null, endedAt: null, ordersPlaced: null },
    { run: 3, exitCode: 0 },
  ]);
  const sends = parse(place.read('audit/sends.csv'), { columns: true }) as Record<string, string>[];
  // What was in flight when the process died is a lost answer, or was found at the portal: each placed order has its send.
  expect(sends.length).toBeGreaterThanOrEqual(40);
  expect(sandbox.truth()).toHaveLength(40);
  const serials = new Set(sends.map(({ sn }) => sn));
  expect(sandbox.truth().filter(({ productNo }) => !serials.has(productNo))).toEqual([]);
});
