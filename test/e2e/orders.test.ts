import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  contradictions,
  csvOf,
  ordersBySerialNumber,
  serialNumberOf,
  workplace,
} from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

describe('a clean file', () => {
  it('places 300 orders, each once, with exact ids, each name looked up once, never more in flight than allowed', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 5 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(300));
    const { status, summary } = await place.summary(['orders.csv', '--concurrency', '7']);
    expect(status).toBe(0);
    expect(summary.counts).toMatchObject({ total: 300, succeeded: 300 });
    expect(summary.sent).toBe(300);
    const truth = sandbox.truth();
    expect(truth).toHaveLength(300);
    expect(new Set(truth.map((order) => order.productNo)).size).toBe(300);
    expect(new Set(truth.map((order) => order.billingId))).toEqual(new Set(['3048918719332507648']));
    expect(contradictions(place.results('orders.results.csv'), truth)).toEqual([]);
    const { requests, ordersInFlightMax } = sandbox.stats();
    expect(ordersInFlightMax).toBeLessThanOrEqual(7);
    expect(ordersInFlightMax).toBeGreaterThan(3);
    expect(requests).toMatchObject({ plans: 1, contacts: 1, token: 1, order: 300 });
  });

  it('keeps a contact id of 9223372036854775807 digit for digit', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', 'sn,plan\nABC1,linkus  cloud service PRO\n');
    const { status } = await place.summary(['orders.csv', '--billing-contact', 'BILLING@example.org']);
    expect(status).toBe(0);
    expect(sandbox.truth()[0]?.billingId).toBe('9223372036854775807');
    expect(place.results('orders.results.csv')[0]?.['billingContactId']).toBe('9223372036854775807');
  });

  it('is left alone when run again, in any order of its rows, and as a results file', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(30));
    await place.summary(['orders.csv']);
    const [header, ...rows] = csvOf(30).trim().split('\n');
    place.write('orders.csv', [header, ...rows.reverse()].join('\n'));
    const again = await place.summary(['orders.csv']);
    expect(again.status).toBe(0);
    expect(again.summary).toMatchObject({ sent: 0, counts: { succeeded: 30 } });
    const fed = await place.summary(['orders.results.csv', '--batch', 'orders', '--out', 'again.csv']);
    expect(fed.summary).toMatchObject({ sent: 0, counts: { succeeded: 30, total: 30 } });
    expect(sandbox.truth()).toHaveLength(30);
  });

  it('leaves the ledger readable for its owner alone', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(2));
    await place.run(['orders.csv']);
    expect(statSync(`${place.folder}/.batch/ledger.db`).mode & 0o777).toBe(0o600);
    expect(statSync(`${place.folder}/.batch`).mode & 0o777).toBe(0o700);
  });
});

describe('a row that the portal refuses', () => {
  it('is failed with what the portal said, and sent again by the next run', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(8));
    sandbox.setFaults([{ kind: '403', share: 1, times: 1 }]);
    const { status, summary } = await place.summary(['orders.csv', '--canary', '0']);
    expect(status).toBe(1);
    expect(summary).toMatchObject({ sent: 7, counts: { failed: 1, succeeded: 7 } });
    const row = place.results('orders.results.csv').find((line) => line['status'] === 'failed');
    expect(row).toMatchObject({ attempts: '1', orderNo: '' });
    expect(row?.['requestId']).not.toBe('');
    expect(row?.['errorCode']).not.toBe('');

    const again = await place.summary(['orders.csv']);
    expect(again.status).toBe(0);
    expect(again.summary).toMatchObject({ sent: 1, counts: { succeeded: 8 } });
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
  });

  it('keeps its reason in the results', async () => {
    const refused = serialNumberOf(3);
    const place = workplace(await sandboxForTest({ refuse: [refused] }));
    place.write('orders.csv', csvOf(8));
    expect((await place.summary(['orders.csv'])).status).toBe(1);
    const row = place.results('orders.results.csv').find((line) => line['sn'] === refused);
    expect(row).toMatchObject({ status: 'failed', errorCode: 'product_not_found' });
  });
});

describe('a kill at any instant', () => {
  it('twenty times over ends with each row ordered once', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 20, listLagMs: 50 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(200));
    let random = 42;
    const next = (): number => {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
      return random / 2 ** 31;
    };
    const options = [
      'orders.csv',
      '--settle',
      '300ms',
      '--timeout',
      '400ms',
      '--concurrency',
      '10',
      '--canary',
      '0',
    ];
    let kills = 0;
    while (kills < 20) {
      const running = place.start(options);
      const placedBefore = sandbox.truth().length;
      // Killed when so many more orders have reached the portal, or the run is over.
      const target = placedBefore + Math.floor(next() * 12);
      await Promise.race([sandbox.placed(target), running.ended]);
      running.child.kill('SIGKILL');
      await running.ended;
      kills++;
    }
    const { status, summary } = await place.summary(options);
    expect(status).toBe(0);
    expect(summary.counts).toMatchObject({ total: 200, succeeded: 200 });
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
    const counts = [...ordersBySerialNumber(sandbox.truth()).values()].map((orders) => orders.length);
    expect(counts.every((count) => count === 1)).toBe(true);
  });
});
