import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.js';
import { contradictions, csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const QUICK = [
  '--settle',
  '900ms',
  '--timeout',
  '500ms',
  '--concurrency',
  '10',
  '--max-attempts',
  '20',
  '--max-failures',
  '100%',
];

describe('a portal that does not echo our reference', () => {
  for (const listOrder of ['newest-first', 'oldest-first', 'shuffled'] as const) {
    it(`has lost answers settled by the serial numbers in the details (list ${listOrder})`, async () => {
      const sandbox = await sandboxForTest({
        seed: 3,
        reference: 'nowhere',
        listOrder,
        listLagMs: 300,
        maxPageSize: 7,
        clockOffsetMs: -3_600_000,
        faults: [
          { kind: 'reset', share: 0.2 },
          { kind: '500', share: 0.1 },
        ],
      });
      const place = workplace(sandbox);
      place.write('orders.csv', csvOf(30));
      const { status } = await place.summary(['orders.csv', ...QUICK]);
      expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
      expect(status).toBe(0);
    });
  }

  for (const reference of ['list', 'details', 'nowhere'] as const) {
    it(`whose Date is not the clock of its orders (reference: ${reference}) settles lost answers all the same`, async () => {
      const sandbox = await sandboxForTest({
        seed: 5,
        reference,
        dateOffsetMs: 300_000,
        faults: [{ kind: 'reset', share: 0.3, when: 'after' }],
      });
      const place = workplace(sandbox);
      place.write('orders.csv', csvOf(30));
      const { status } = await place.summary(['orders.csv', ...QUICK]);
      expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
      expect({ status, placed: sandbox.truth().length }).toEqual({ status: 0, placed: 30 });
    });
  }

  it.each(['list', 'details', 'nowhere'] as const)(
    'whose clock of the orders is set back between the runs (reference: %s) is sent nothing twice',
    async (reference) => {
      const first = await startSandbox({ reference });
      const place = workplace(first);
      const stateFile = `${place.folder}/portal.jsonl`;
      await first.close();
      const before = await startSandbox({ port: first.port, reference, stateFile });
      place.write('orders.csv', csvOf(10));
      await place.run(['orders.csv', ...QUICK, '--limit', '5']);
      await before.close();
      const after = await sandboxForTest({
        port: first.port,
        reference,
        stateFile,
        clockOffsetMs: -6_000,
        dateOffsetMs: 6_000,
        faults: [{ kind: 'reset', share: 1, when: 'after', times: 1 }],
      });
      const { status } = await place.summary(['orders.csv', ...QUICK, '--canary', '0']);
      expect(contradictions(place.results('orders.results.csv'), after.truth())).toEqual([]);
      expect({ status, placed: after.truth().length }).toEqual({ status: 0, placed: 10 });
    },
  );

  it('with --no-reference gets no poNumber of ours', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: 'reset', share: 0.3 }] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(30));
    expect((await place.summary(['orders.csv', '--no-reference', ...QUICK])).status).toBe(0);
    expect(sandbox.truth().every((order) => order.poNumber === undefined)).toBe(true);
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
  });
});

describe('a portal that is down', () => {
  it('for some seconds in mid-run fails nothing and burns no attempts', async () => {
    const place = workplace();
    const stateFile = `${place.folder}/portal.jsonl`;
    const first = await startSandbox({ latencyMs: 30, stateFile });
    const access = {
      YEASTAR_BASE_URL: first.url,
      YEASTAR_CLIENT_ID: first.clientId,
      YEASTAR_CLIENT_SECRET: first.clientSecret,
    };
    place.write('orders.csv', csvOf(120));
    const running = place.start(['orders.csv', '--json', '--concurrency', '4', '--settle', '1s'], access);
    await first.placed(30);
    await first.close();
    await running.says('all orders wait');
    const second = await sandboxForTest({ port: first.port, stateFile });
    const ended = await running.ended;
    expect(ended.status).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ counts: { succeeded: 120 } });
    const results = place.results('orders.results.csv');
    expect(contradictions(results, second.truth())).toEqual([]);
    expect(Math.max(...results.map((row) => Number(row['attempts'])))).toBeLessThanOrEqual(2);
  });

  it('for good is given up after --give-up-after, with everything written', async () => {
    const first = await startSandbox({ latencyMs: 30 });
    const place = workplace(first);
    place.write('orders.csv', csvOf(60));
    const running = place.start(['orders.csv', '--json', '--give-up-after', '2s']);
    await first.placed(10);
    await first.close();
    const ended = await running.ended;
    expect(ended.status).toBe(3);
    const { counts } = JSON.parse(ended.stdout);
    expect(counts).toMatchObject({ total: 60, failed: 0 });
    expect(counts.succeeded + counts.in_doubt + counts.not_sent).toBe(60);
    expect(place.results('orders.results.csv')).toHaveLength(60);
  });

  it('from the start is said at once, with exit 3', async () => {
    const closed = await startSandbox();
    const place = workplace(closed);
    await closed.close();
    place.write('orders.csv', csvOf(3));
    const { status, stderr } = await place.run(['orders.csv']);
    expect(status).toBe(3);
    expect(stderr).toContain('does not answer');
  });
});

describe('access that is lost in mid-run', () => {
  for (const kind of ['secret', 'ip', 'permission'] as const) {
    it(`(${kind}) stops with exit 3, and nothing is failed that was not refused`, async () => {
      const sandbox = await sandboxForTest({ latencyMs: 20 });
      const place = workplace(sandbox);
      place.write('orders.csv', csvOf(80));
      const running = place.start(['orders.csv', '--json']);
      await sandbox.placed(10);
      sandbox.breakAccess(kind);
      const ended = await running.ended;
      expect(ended.status).toBe(3);
      const { counts } = JSON.parse(ended.stdout);
      if (kind !== 'permission') expect(counts.failed).toBe(0);
      expect(counts.failed).toBeLessThanOrEqual(10);
      sandbox.breakAccess('none');
      expect((await place.run(['orders.csv'])).status).toBe(0);
      expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
    });
  }
});

describe('a hidden limit', () => {
  it('of 40 requests a second is found, and then rarely met', async () => {
    const rows = 300;
    const sandbox = await sandboxForTest({ ratePerSecond: 40 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(rows));
    const { status } = await place.run(['orders.csv', '--concurrency', '20']);
    expect(status).toBe(0);
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
    const { refused429, startsPerSecondMax } = sandbox.stats();
    expect(startsPerSecondMax).toBeGreaterThan(30);
    // Senders that did not slow down would all be refused in each second: half as many requests as there are rows. On a
    // busy machine more of them arrive at once. The shares are proven by a virtual clock (test/unit/pace/limits.test.ts).
    expect(refused429).toBeLessThan(rows / 5);
  });

  it('--rate is never exceeded in any second as the portal counts it', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(60));
    await place.run(['orders.csv', '--rate', '20', '--concurrency', '20']);
    expect(sandbox.stats().startsPerSecondMax).toBeLessThanOrEqual(20);
    expect(sandbox.truth()).toHaveLength(60);
  });
});

describe('a ledger or folder that cannot be used', () => {
  it('is said before anything is sent', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    place.write(
      'not-a-ledger.db',
      'this is no SQLite file, and long enough to be looked at as one'.repeat(20),
    );
    const corrupt = await place.run(['orders.csv', '--ledger', 'not-a-ledger.db']);
    expect(corrupt.status).toBe(2);
    expect(corrupt.stderr).toContain('damaged or is not a ledger');
    const gone = await place.run(['orders.csv', '--out', 'no/such/folder/results.csv']);
    expect(gone.status).toBe(2);
    expect(gone.stderr).toContain('folder does not exist');
    const folder = await place.run(['orders.csv', '--ledger', '.']);
    expect(folder.status).toBe(2);
    expect(sandbox.truth()).toEqual([]);
  });
});

describe('secrets', () => {
  it('are in no file, log or output at the most verbose level, also when an order is refused', async () => {
    const sandbox = await sandboxForTest({
      clientSecret: 'a-very-secret-secret',
      faults: [
        { kind: '401', share: 0.2 },
        { kind: '500', share: 0.2 },
      ],
    });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(20));
    const args = ['orders.csv', ...QUICK, '--log-level', 'trace'];
    const toStderr = await place.run(args);
    const toFile = await place.run([...args, '--batch', 'again', '--allow-repeat', '--log-file', 'run.log']);
    const everything = [
      toStderr.stdout,
      toStderr.stderr,
      toFile.stdout,
      toFile.stderr,
      place.read('run.log'),
      place.read('orders.results.csv'),
      place.read('.batch/ledger.db'),
    ].join('\n');
    expect(place.read('run.log')).toContain('"request"');
    expect(everything).not.toContain('a-very-secret-secret');
    expect(everything).not.toMatch(/access-[\w-]{8}|refresh-[\w-]{8}|Bearer/);
  });
});
