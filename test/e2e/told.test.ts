import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';
import { serveHttp } from '../support/servers.js';

it('a run tells the report, the metrics, the chat and the step summary the same numbers', async () => {
  const chat = await serveHttp((_, response) => response.end('ok'));
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(3));
  const file = (name: string): string => `${place.folder}/${name}`;
  const { status } = await place.run(
    [
      'orders.csv',
      '--report',
      'page.html',
      '--metrics-file',
      'batch.prom',
      '--notify',
      `${chat.url}/hook/s3cret`,
    ],
    { GITHUB_STEP_SUMMARY: file('summary.md') },
  );
  expect(status).toBe(0);
  expect(readFileSync(file('page.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  expect(readFileSync(file('batch.prom'), 'utf8')).toMatch(
    /yeastar_batch_rows\{[^}]*status="succeeded"[^}]*\} 3\n/,
  );
  expect(readFileSync(file('summary.md'), 'utf8')).toMatch(/succeeded\s*\|\s*3/);
  expect(chat.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /hook/s3cret']);
  expect(JSON.parse(chat.received[0]?.body ?? '').text).toMatch(/batch "orders" finished.*succeeded +3/s);
});

it('a chat that is down changes no exit status, and its address is not repeated', async () => {
  const chat = await serveHttp((_, response) => {
    response.statusCode = 500;
    response.end();
  });
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(1));
  const { status, stdout, stderr } = await place.run(['orders.csv', '--notify', `${chat.url}/hook/s3cret`]);
  expect(status).toBe(0);
  expect(stderr).toContain('500');
  expect(stdout + stderr).not.toContain('s3cret');
});

it('a run whose readers have gone places its orders and keeps its exit status', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  const running = place.start(['orders.csv', '--log-level', 'info']);
  running.child.stdout?.destroy();
  running.child.stderr?.destroy();
  expect((await running.ended).status).toBe(0);
  expect(sandbox.truth()).toHaveLength(3);
  expect(place.results('orders.results.csv').map(({ status }) => status)).toEqual(
    Array.from({ length: 3 }, () => 'succeeded'),
  );
});

it('an order that may be sent again is said beforehand, and what to type next can be typed', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: 'reset', share: 1, when: 'before', times: 1 }] });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(1));
  const held = await place.run(['orders.csv', '--on-doubt', 'hold', '--settle', '100ms']);
  expect(held.status).toBe(4);
  const looked = await place.run(['reconcile', 'orders', '--settle', '100ms']);
  expect(looked.stdout).toMatch(/cli\.js status orders$/m);
  const dry = await place.run(['orders.csv', '--dry-run', '--settle', '100ms']);
  expect(dry.stderr).toContain(
    'Now      up to 1 order, for rows in doubt, if the portal does not show their orders',
  );
  expect(dry.stdout).toContain('place exactly this:');
  const none = await place.run(['orders.csv', '--dry-run', '--on-doubt', 'hold']);
  expect(none.stderr).toContain('Now      no order to place');
});

it('columns that no order is made of are named before anything is sent', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', 'sn;plan;Jahre;Kunde\n369400000001;Linkus Cloud Service Pro;3;Müller\n');
  const { stderr } = await place.run([
    'orders.csv',
    '--dry-run',
    '--billing-contact',
    'ada.keller@example.com',
  ]);
  expect(stderr).toContain('Unused   Jahre, Kunde: not read, only copied to the results\n');
});

it('simulated results have a name of their own', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(1));
  await place.run(['orders.csv']);
  const real = place.read('orders.results.csv');
  await place.run(['orders.csv', '--sandbox']);
  expect(place.read('orders.results.csv')).toBe(real);
  expect(place.results('orders.sandbox.results.csv')).toHaveLength(1);
  const again = await place.run(['results', 'orders', '--sandbox']);
  expect(again.stdout).toContain('orders.sandbox.results.csv');
});

it('pending orders are told to be unpaid most likely, to a person and in the report, with what to do', async () => {
  const sandbox = await sandboxForTest({ pendingShare: 1, pendingMs: 600_000 });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  const { status, stdout } = await place.run(['orders.csv', '--report', 'june.html']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/Pending .*not paid yet.*\n.*"Pay Now"/);
  expect(stdout).toMatch(/Next .*paid.*\n.*reconcile orders/);
  expect(place.read('june.html')).toContain('not paid yet');
  const reconciled = await place.run(['reconcile', 'orders']);
  expect(reconciled.stdout).toContain('"Pay Now"');
});

it('status says how many rows are open if it does not list them all', async () => {
  const rows = 520;
  const place = workplace(await sandboxForTest({ pendingShare: 1, pendingMs: 600_000 }));
  place.write('orders.csv', csvOf(rows));
  await place.run(['orders.csv', '--canary', '0', '--concurrency', '50']);
  const { open, openCount } = JSON.parse((await place.run(['status', 'orders', '--json'])).stdout);
  expect({ listed: open.length, openCount }).toEqual({ listed: 500, openCount: rows });
  expect((await place.run(['status', 'orders'])).stdout).toContain(`… and ${rows - 20} more`);
});

it('status shows the whole batch, also after a file with only some of its rows, and no batch of a failed dry run', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(6));
  await place.run(['orders.csv', '--dry-run'], { YEASTAR_CLIENT_ID: '' });
  expect((await place.run(['status'])).stdout).toContain('has no batches yet');
  await place.run(['orders.csv']);
  place.write('part.csv', `${csvOf(2)}A1,No such plan,ada.keller@example.com\n`);
  await place.run(['part.csv', '--batch', 'orders', '--skip-invalid']);
  const { stdout } = await place.run(['status', 'orders', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    counts: { total: 7, succeeded: 6, invalid: 1 },
    lastFile: { total: 3, succeeded: 2, invalid: 1 },
  });
});
