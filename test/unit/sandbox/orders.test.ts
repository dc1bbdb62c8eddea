import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sandboxForTest } from '../../support/sandbox.js';
import { virtualClock } from '../../support/virtual-clock.js';
import { ADA, ask, type Client, clientOf, DETAILS, LIST, PRO } from './support.js';

const fill = async (client: Client, count: number): Promise<void> => {
  for (let row = 0; row < count; row++) expect((await client.order(`A${row}`)).status).toBe(200);
};

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const references = (results: { customReferenceNo: string }[]): string[] =>
  results.map(({ customReferenceNo }) => customReferenceNo);

describe('the list', () => {
  it('has pages, the newest first', async () => {
    const sandbox = await sandboxForTest({ reference: 'list' });
    const client = await clientOf(sandbox);
    await fill(client, 5);
    const { result } = await client.get(`${LIST}?pageNo=2&pageSize=2&sort=id`);
    expect(result).toMatchObject({ count: 2, pageNo: 2, pageSize: 2, total: 5, totalPage: 3 });
    expect(references(result.results)).toEqual(['B-A2', 'B-A1']);
    const [, order] = sandbox.truth();
    expect(result.results[1]).toEqual({
      id: order?.id,
      orderNo: order?.orderNo,
      orderStatus: 'succeed',
      createTime: order?.createTime,
      customReferenceNo: 'B-A1',
      invoiceNo: '',
      currencyCode: 'USD',
    });
    expect((await client.get(`${LIST}?pageNo=4&pageSize=2`)).result).toMatchObject({ count: 0, results: [] });
    expect((await client.get(LIST)).result).toMatchObject({ count: 5, pageSize: 25, totalPage: 1 });
  });

  it('cuts a page down to the most allowed, and says so', async () => {
    const client = await clientOf(await sandboxForTest({ maxPageSize: 3 }));
    await fill(client, 5);
    expect((await client.get(`${LIST}?pageSize=1000`)).result).toMatchObject({
      count: 3,
      pageSize: 3,
      totalPage: 2,
    });
  });

  it('can be oldest first, with productNo and without the reference', async () => {
    const client = await clientOf(
      await sandboxForTest({ listOrder: 'oldest-first', listSerial: 'whole', reference: 'nowhere' }),
    );
    await fill(client, 3);
    const { result } = await client.get(LIST);
    expect(result.results.map((order: { productNo: string }) => order.productNo)).toEqual(['A0', 'A1', 'A2']);
    expect(references(result.results)).toEqual(['', '', '']);
    const details = await client.get(`${DETAILS}/${result.results[0]?.orderNo}`);
    expect(details.result.orderInformation.customReferenceNo).toBe('');
  });

  it('can be shuffled: every order once, and the same until the next order', async () => {
    const client = await clientOf(await sandboxForTest({ listOrder: 'shuffled', reference: 'list' }));
    await fill(client, 30);
    const pages = await Promise.all(
      [1, 2, 3].map((page) => client.get(`${LIST}?pageSize=10&pageNo=${page}`)),
    );
    const seen = pages.flatMap(({ result }) => references(result.results));
    const inOrder = Array.from({ length: 30 }, (_, row) => `B-A${row}`);
    expect(seen).not.toEqual(inOrder);
    expect(new Set(seen)).toEqual(new Set(inOrder));
    expect(references((await client.get(`${LIST}?pageSize=30`)).result.results)).toEqual(seen);
  });

  it('shows an order late, and so do its details', async () => {
    const clock = virtualClock();
    const sandbox = await sandboxForTest({ clock, listLagMs: 300, clockOffsetMs: 60_000, reference: 'list' });
    const client = await clientOf(sandbox);
    const { result } = await client.order('A1');
    expect((await client.get(LIST)).result.total).toBe(0);
    expect((await client.get(`${DETAILS}/${result.orderNo}`)).status).toBe(404);
    expect(sandbox.truth()).toHaveLength(1);
    await clock.runUntil(300);
    const late = await client.get(LIST);
    expect(late.result.total).toBe(1);
    expect(late.result.results[0]?.createTime).toBe(60_000);
    expect((await client.get(`${DETAILS}/${result.orderNo}`)).result).toMatchObject({
      basicInformation: { productNo: 'A1' },
      billingInformation: { emailAddress: 'ada.keller@example.com' },
      orderInformation: { orderNo: result.orderNo, customReferenceNo: 'B-A1' },
      orderSummary: { currencyCode: 'USD' },
    });
  });
});

it('orders stay pending for a while, and a status can be set', async () => {
  const clock = virtualClock();
  const sandbox = await sandboxForTest({ clock, pendingShare: 1, pendingMs: 200 });
  const client = await clientOf(sandbox);
  const { result } = await client.order('A1');
  expect(result.orderStatus).toBe('pending');
  await clock.runUntil(200);
  expect((await client.get(LIST)).result.results[0]?.orderStatus).toBe('succeed');
  sandbox.setOrderStatus(result.orderNo, 'cancelled');
  expect(sandbox.truth()[0]?.orderStatus).toBe('cancelled');
  expect(() => sandbox.setOrderStatus('SO000000000099', 'failed')).toThrow(RangeError);
});

it('keeps its orders in a file and finds them again', async () => {
  const stateFile = join(newFolder(), 'state.jsonl');
  const first = await sandboxForTest({ stateFile });
  const client = await clientOf(first);
  await fill(client, 3);
  expect(readFileSync(stateFile, 'utf8').split('\n')).toHaveLength(4);
  first.setOrderStatus(first.truth()[1]?.orderNo ?? '', 'failed');
  const truth = first.truth();
  await first.close();
  // A process killed while it wrote.
  appendFileSync(stateFile, '{"productNo":"HALF');

  const second = await sandboxForTest({ stateFile });
  expect(second.truth()).toEqual(truth);
  const again = await clientOf(second);
  await again.order('B9');
  expect((await again.get(LIST)).result.total).toBe(4);
  await second.close();
  const third = await sandboxForTest({ stateFile });
  expect(third.truth().map(({ productNo }) => productNo)).toEqual(['A0', 'A1', 'A2', 'B9']);
});

it('makes the orders from before the start once', async () => {
  const stateFile = join(newFolder(), 'state.jsonl');
  const first = await sandboxForTest({ stateFile, older: { count: 5 } });
  await (await clientOf(first)).order('A1');
  await first.close();
  const second = await sandboxForTest({ stateFile, older: { count: 5 } });
  expect(second.foreign()).toEqual(first.foreign());
  expect(second.truth()).toEqual(first.truth());
});

it('finds every order again in a file of many chunks, and cuts only what has no end', async () => {
  const stateFile = join(newFolder(), 'state.jsonl');
  const line = (row: number): string =>
    `{"productNo":"A${row}","planId":"${PRO}","billingId":"${ADA}","multiCycle":1,"createTime":${row}}\n`;
  const whole = Array.from({ length: 3000 }, (_, row) => line(row)).join('');
  writeFileSync(stateFile, `${whole}{"productNo":"A3000"`);
  const sandbox = await sandboxForTest({ stateFile });
  expect(sandbox.truth()).toHaveLength(3000);
  expect(sandbox.truth()[2999]).toMatchObject({ productNo: 'A2999', planId: PRO, billingId: ADA });
  expect(readFileSync(stateFile, 'utf8') === whole).toBe(true);
});

it('finds an order again whose reference holds a line separator', async () => {
  const stateFile = join(newFolder(), 'state.jsonl');
  const first = await sandboxForTest({ stateFile });
  await (await clientOf(first)).order('A1', (json) => json.replace('"B-A1"', '"B\u2028A1"'));
  await first.close();
  expect((await sandboxForTest({ stateFile })).truth()).toEqual(first.truth());
});

it.each([
  ['one line without its end', '{"name":"somebody else"}'],
  ['a table', 'sn,plan\nA1,Pro\n'],
  ['other JSON lines', '{"productNo":"A1"}\n'],
])('leaves a file of another kind as it is: %s', async (_name, text) => {
  const stateFile = join(newFolder(), 'file');
  writeFileSync(stateFile, text);
  await expect(sandboxForTest({ stateFile })).rejects.toMatchObject({
    name: 'Problem',
    code: 'sandbox_state',
  });
  expect(readFileSync(stateFile, 'utf8')).toBe(text);
});

it('says that its port is taken', async () => {
  const { port } = await sandboxForTest();
  await expect(sandboxForTest({ port })).rejects.toMatchObject({ name: 'Problem', code: 'sandbox_port' });
});

it('is steered over HTTP', async () => {
  const sandbox = await sandboxForTest();
  const put = (path: string, body: unknown): Promise<{ status: number }> =>
    ask(`${sandbox.url}/sandbox/${path}`, { method: 'PUT', body: JSON.stringify(body) });
  const client = await clientOf(sandbox);
  expect(JSON.parse((await ask(`${sandbox.url}/sandbox/truth`)).text)).toEqual([]);
  const { result } = await client.order('A1');
  expect((await put('order-status', { orderNo: result.orderNo, status: 'refunded' })).status).toBe(204);
  expect(JSON.parse((await ask(`${sandbox.url}/sandbox/truth`)).text)).toEqual(sandbox.truth());
  expect(sandbox.truth()[0]?.orderStatus).toBe('refunded');

  expect((await put('faults', [{ kind: '500', share: 1 }])).status).toBe(204);
  expect((await client.order('A2')).status).toBe(500);
  expect((await put('faults', [{ kind: 'nonsense', share: 1 }])).status).toBe(400);
  expect((await put('faults', [])).status).toBe(204);
  const before = sandbox.placeForeign({}).createTime;
  expect((await put('clock', { stepMs: -3_600_000 })).status).toBe(204);
  expect(sandbox.placeForeign({}).createTime).toBeLessThan(before - 3_000_000);
  expect((await put('rate', { perSecond: 1 })).status).toBe(204);
  const statuses = (await Promise.all([client.get(LIST), client.get(LIST)])).map(({ status }) => status);
  expect(statuses).toContain(429);
  expect((await put('rate', {})).status).toBe(204);
  expect((await put('access', { kind: 'ip' })).status).toBe(204);
  expect((await client.get(LIST)).status).toBe(403);
  const stats = JSON.parse((await ask(`${sandbox.url}/sandbox/stats`)).text);
  expect(stats).toEqual(sandbox.stats());
  expect(stats).toMatchObject({ requests: { token: 1, order: 2, list: 3 }, faults: { '500': 1 } });
});

it('counts the orders that were in flight together', async () => {
  const sandbox = await sandboxForTest({ latencyMs: 100 });
  const client = await clientOf(sandbox);
  await Promise.all(['A1', 'A2', 'A3', 'A4'].map((serial) => client.order(serial)));
  await client.order('A5');
  expect(sandbox.stats().ordersInFlightMax).toBe(4);
});
