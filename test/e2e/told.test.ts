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
