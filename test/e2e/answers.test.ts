import { describe, expect, it } from 'vitest';
import { orderNoAt } from '../../src/sandbox/orders.js';
import type { FaultRule } from '../../src/sandbox/start-sandbox.js';
import { gatewayTo } from '../support/gateway.js';
import { contradictions, csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

describe('faults at 30 % of the orders', () => {
  const kinds: FaultRule['kind'][] = [
    'reset',
    'hang',
    '500',
    '502',
    '503',
    '504',
    '408',
    'cut',
    'html',
    'redirect',
    'wrong-sn',
    'wrong-types',
    '429',
    '401',
    '401-html',
    '409',
    'expired-token',
    'delay',
  ];
  for (const kind of kinds) {
    it(`${kind}: the results say what the portal placed, each row once`, async () => {
      const sandbox = await sandboxForTest({
        seed: 7,
        faults: [{ kind, share: 0.3, ms: 200 }],
        retryAfter: 'none',
        listLagMs: 100,
      });
      const place = workplace(sandbox);
      place.write('orders.csv', csvOf(25));
      const { status, summary } = await place.summary([
        ...['orders.csv', '--settle', '600ms', '--timeout', '500ms', '--concurrency', '20'],
        ...['--max-attempts', '20', '--max-failures', '100%', '--canary', '0'],
      ]);
      expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
      expect(summary.counts).toMatchObject({ total: 25, succeeded: 25 });
      expect(status).toBe(0);
      expect(sandbox.stats().faults[kind]).toBeGreaterThan(2);
    });
  }
});

it('a 401 that is a gateway’s page, after the order was placed, is a lost answer and not sent again', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: '401-html', share: 1, when: 'after', times: 1 }] });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  const { status, summary } = await place.summary(['orders.csv', '--settle', '600ms']);
  expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
  expect({ status, sent: summary.sent }).toEqual({ status: 0, sent: 3 });
});

/** A page of the list that shows the newest order of a number alone. */
function withoutRepeated(body: string, orderNo: string): string {
  const answer = JSON.parse(body) as { result: { results?: { orderNo: string }[]; total: number } | null };
  const { result } = answer;
  if (result?.results === undefined) return body;
  const [, ...older] = result.results.filter((order) => order.orderNo === orderNo);
  const results = result.results.filter((order) => !older.includes(order));
  const total = result.total - older.length;
  return JSON.stringify({ ...answer, result: { ...result, results, count: results.length, total } });
}

it('a portal that gives one order number to two orders: the second row is left to a person and not sent again', async () => {
  const sandbox = await sandboxForTest();
  const gateway = await gatewayTo(sandbox, async (_, forward) => {
    const passing = await forward();
    const body = passing.body.replaceAll(orderNoAt(1), orderNoAt(0));
    return { ...passing, body: withoutRepeated(body, orderNoAt(0)) };
  });
  const place = workplace(gateway);
  place.write('orders.csv', csvOf(3));
  const { status, summary } = await place.summary(['orders.csv', '--settle', '300ms']);
  expect(summary.counts).toMatchObject({ succeeded: 2, in_doubt: 1 });
  expect(status).toBe(4);
  expect(sandbox.truth()).toHaveLength(3);
});

describe('a conflict (409) on the first send', () => {
  it('whose order stands at the portal is that order: a gateway had sent it twice', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: '409', share: 1, when: 'after', times: 2 }] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const { status } = await place.summary(['orders.csv', '--settle', '600ms']);
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
    expect({ status, placed: sandbox.truth().length }).toEqual({ status: 0, placed: 3 });
  });

  it('whose order does not stand there is sent once more, and the second conflict is the portal’s no', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: '409', share: 1, when: 'before', times: 2 }] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(1));
    const { status, summary } = await place.summary(['orders.csv', '--settle', '600ms', '--canary', '0']);
    expect({ status, counts: summary.counts }).toMatchObject({ status: 1, counts: { failed: 1 } });
    expect(place.results('orders.results.csv')[0]).toMatchObject({
      errorCode: 'duplicate_order',
      attempts: '2',
    });
    expect(sandbox.truth()).toEqual([]);
    expect((await place.run(['orders.csv'])).status).toBe(0);
  });
});
