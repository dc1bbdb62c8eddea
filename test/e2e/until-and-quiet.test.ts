import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { csvOf, PROGRAM, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

it('no order starts after --until: the rest stays not_sent, exit 0, and the next command does without it', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(40));
  const { status, summary } = await place.summary(['orders.csv', '--rate', '4', '--until', '3s']);
  expect(status).toBe(0);
  expect(summary.counts.not_sent).toBeGreaterThan(0);
  expect(summary.counts.succeeded).toBe(sandbox.truth().length);
  expect(summary.counts.succeeded + summary.counts.not_sent).toBe(40);
  const left = summary.counts.not_sent;
  expect(summary.stopped).toEqual({
    kind: 'until',
    message: expect.stringMatching(
      new RegExp(`^by --until: no order was started after .+\\. ${left} rows are left for the next run\\.$`),
    ),
  });
  expect(summary.next?.[0]).toMatch(/ orders\.csv --rate 4 --json$/);
});

it('--until that leaves rows out is said to a person too, with how many are left and how to continue', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(40));
  const { status, stdout } = await place.run(['orders.csv', '--rate', '4', '--until', '3s']);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /\nStopped {2}by --until: .* rows are left for the next run\.\nNext {5}\d+ rows wait:\n/,
  );
});

it('--until that the run does not need changes nothing', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(3));
  const { status, summary } = await place.summary(['orders.csv', '--until', '2h']);
  expect({ status, sent: summary.sent, stopped: summary.stopped }).toEqual({ status: 0, sent: 3 });
});

it('--until that is neither a time nor a duration is refused', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(3));
  const { status, stderr } = await place.run(['orders.csv', '--until', 'tonight']);
  expect(status).toBe(2);
  expect(stderr).toContain(
    '--until "tonight" is neither a time nor a duration; use 22:00, 2026-06-30T22:00 or 90m.',
  );
});

it('--quiet keeps stderr empty, but for warnings and problems; the summary is still told', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(3));
  const good = await place.run(['orders.csv', '--quiet', '--report', 'page.html']);
  expect({ status: good.status, stderr: good.stderr }).toEqual({ status: 0, stderr: '' });
  expect(good.stdout).toContain('succeeded');
  const warned = await place.run(['orders.csv', '--quiet'], { BATCH_MAX_ATEMPTS: '3' });
  expect(warned.stderr).toMatch(/^Warning: Unknown variable BATCH_MAX_ATEMPTS\. .*\n$/);
  const refused = await place.run(['none.csv'], { BATCH_QUIET: 'true' });
  expect(refused.stderr).toContain('does not exist');
});

// The program asks only if a person is there: util-linux's `script` gives it a terminal.
describe.skipIf(process.platform !== 'linux')('the question', () => {
  const ask = async (answer: string) => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const env = {
      PATH: process.env['PATH'],
      YEASTAR_BASE_URL: sandbox.url,
      YEASTAR_CLIENT_ID: sandbox.clientId,
      YEASTAR_CLIENT_SECRET: sandbox.clientSecret,
    };
    const command = `'${process.execPath}' '${PROGRAM}' orders.csv`;
    const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: place.folder, env });
    let shown = '';
    child.stdout.on('data', (data) => {
      const asked = shown.includes('[y/N]');
      shown += data;
      if (!asked && shown.includes('[y/N]')) child.stdin.write(answer);
    });
    const [status] = await Promise.all([
      new Promise<number | null>((resolve) => child.once('close', resolve)),
      text(child.stderr),
    ]);
    return { status, shown, orders: sandbox.truth().length, host: new URL(sandbox.url).host };
  };

  it('says how many orders are placed where, and "no" places none', async () => {
    const { status, shown, orders, host } = await ask('n\n');
    expect(shown).toContain(`Place 3 orders at ${host}? [y/N]`);
    expect(shown).toContain('You did not answer yes, so nothing was sent. The same command asks again.');
    expect({ status, orders }).toEqual({ status: 2, orders: 0 });
  });

  it('answered with "yes" places them', async () => {
    const { status, orders } = await ask('y\n');
    expect({ status, orders }).toEqual({ status: 0, orders: 3 });
  });
});
