import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/start-sandbox.js';
import { sandboxForTest } from '../../support/sandbox.js';
import { virtualClock } from '../../support/virtual-clock.js';
import { ask, type Client, clientOf, DETAILS, LIST } from './support.js';

const SERIAL = '369471667338';
/** What `orderJson` of the support file sends. */
const REFERENCE = `B-${SERIAL}`;

async function shows(options: SandboxOptions) {
  const clock = virtualClock();
  const sandbox = await sandboxForTest({ clock, ...options });
  const client = await clientOf(sandbox);
  return { clock, sandbox, client };
}

async function withOneOrder(options: SandboxOptions) {
  const { client } = await shows(options);
  const { orderNo } = (await client.order(SERIAL)).result;
  const listed = (await client.get(LIST)).result.results[0];
  return { listed, details: (await client.get(`${DETAILS}/${orderNo}`)).result };
}

/** The order numbers, as their last digits, of one page of the list. */
async function page(client: Client, pageNo = 1, pageSize = 10): Promise<number[]> {
  const { result } = await client.get(`${LIST}?pageNo=${pageNo}&pageSize=${pageSize}`);
  return result.results.map(({ orderNo }) => Number(orderNo.slice(-4)));
}

async function fill(client: Client, count: number, from = 0): Promise<void> {
  for (let row = from; row < from + count; row++) await client.order(`A${row}`);
}

describe('the reference of an order', () => {
  it.each([
    ['nowhere', '', ''],
    ['details', '', REFERENCE],
    ['list', REFERENCE, REFERENCE],
  ] as const)('comes back: %s', async (reference, inList, inDetails) => {
    const { listed, details } = await withOneOrder({ reference });
    expect(listed?.customReferenceNo).toBe(inList);
    expect(details.orderInformation.customReferenceNo).toBe(inDetails);
  });

  it.each([
    ['lower', REFERENCE.toLowerCase()],
    ['padded', `  ${REFERENCE}  `],
    [{ cutTo: 5 }, 'B-369'],
  ] as const)('comes back changed: %j', async (referenceForm, shown) => {
    const { listed, details } = await withOneOrder({ reference: 'list', referenceForm });
    expect(listed?.customReferenceNo).toBe(shown);
    expect(details.orderInformation.customReferenceNo).toBe(shown);
  });
});

it.each([
  ['whole', SERIAL],
  ['masked', '3694****338'],
  ['product', '9'],
  ['absent', undefined],
] as const)('a serial number is shown in list and details: %s', async (form, shown) => {
  expect((await withOneOrder({ listSerial: form })).listed?.productNo).toBe(shown);
  expect((await withOneOrder({ detailsSerial: form })).details.basicInformation.productNo).toBe(shown);
});

describe('the order of the list', () => {
  it('can be scattered and stable, also while orders come in', async () => {
    const { client } = await shows({ listOrder: 'hash' });
    await fill(client, 10);
    const before = await page(client);
    await fill(client, 10, 10);
    const all = [...(await page(client)), ...(await page(client, 2))];
    expect(all.filter((number) => number <= 10)).toEqual(before);
    expect(before).not.toEqual([...before].sort((a, b) => a - b));
    expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('can be another with each request', async () => {
    const { client } = await shows({ listOrder: 'unstable' });
    await fill(client, 20);
    const seen = [await page(client, 1, 20), await page(client, 1, 20)];
    expect(seen[0]).not.toEqual(seen[1]);
    for (const numbers of seen) expect(new Set(numbers).size).toBe(20);
  });
});

describe('a window', () => {
  it.each(['newest-first', 'hash', 'shuffled'] as const)(
    'of the newest orders slides (%s)',
    async (listOrder) => {
      const { client } = await shows({ window: { newest: 3 }, listOrder });
      const { orderNo } = (await client.order(SERIAL)).result;
      await fill(client, 4);
      expect((await page(client)).sort()).toEqual([3, 4, 5]);
      expect((await client.get(LIST)).result).toMatchObject({ total: 3, totalPage: 1 });
      expect((await client.get(`${DETAILS}/${orderNo}`)).status).toBe(200);
    },
  );

  it('of some time slides', async () => {
    const { client, clock } = await shows({ window: { lastMs: 1000 } });
    await fill(client, 2);
    await clock.runUntil(600);
    await fill(client, 1);
    expect(await page(client)).toEqual([3, 2, 1]);
    await clock.runUntil(1001);
    expect(await page(client)).toEqual([3]);
  });
});

describe('what a page says of the list', () => {
  const COUNTS = { total: 5, totalPage: 3, count: 5 };
  it.each([
    ['honest', COUNTS],
    ['page', { total: 2, totalPage: 1, count: 2 }],
    ['absent', { total: undefined, totalPage: undefined, count: undefined }],
    [{ offBy: 3 }, { total: 8, totalPage: 6, count: 8 }],
    [{ offBy: -4 }, { total: 1, totalPage: 0, count: 1 }],
  ] as const)('can be %j', async (form, told) => {
    const { client } = await shows({ total: form, totalPage: form, count: form });
    await fill(client, 5);
    const { total, totalPage, count } = (await client.get(`${LIST}?pageSize=2`)).result;
    expect({ total, totalPage, count }).toEqual(told);
  });

  it('can be cached for a while', async () => {
    const { client, clock } = await shows({ total: { cachedMs: 1000 } });
    await fill(client, 2);
    const total = async () => (await client.get(LIST)).result.total;
    expect(await total()).toBe(2);
    await fill(client, 1);
    await clock.runUntil(999);
    expect(await total()).toBe(2);
    await clock.runUntil(1000);
    expect(await total()).toBe(3);
  });
});

it.each([
  ['empty', 200, { results: [], total: 5 }],
  ['last', 200, { results: [{ productNo: 'A0' }], pageNo: 9 }],
  ['first', 200, { results: [{ productNo: 'A4' }, { productNo: 'A3' }], pageNo: 9 }],
  ['404', 404, null],
  ['null', 200, null],
] as const)('a page beyond the end: %s', async (pastEnd, status, result) => {
  const { client } = await shows({ pastEnd, listSerial: 'whole' });
  await fill(client, 5);
  expect(await client.get(`${LIST}?pageNo=9&pageSize=2`)).toMatchObject({ status, result });
  expect((await client.get(`${LIST}?pageNo=3&pageSize=2`)).result.results).toHaveLength(1);
});

it('the first page of an empty list is a page, whatever is beyond the end', async () => {
  const { client } = await shows({ pastEnd: 'null' });
  expect((await client.get(LIST)).result).toMatchObject({ results: [], total: 0 });
});

it('orders are listed with a lag of their own, each in its place', async () => {
  const { client, clock } = await shows({ listLagMs: 1000, listLagSpreadMs: 4000 });
  await fill(client, 8);
  await clock.runUntil(999);
  expect(await page(client)).toEqual([]);
  await clock.runUntil(3000);
  const some = await page(client);
  expect(some.length).toBeGreaterThan(0);
  expect(some.length).toBeLessThan(8);
  expect(some).toEqual([...some].sort((a, b) => b - a));
  await clock.runUntil(5000);
  expect(await page(client)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
});

describe("the portal's clock", () => {
  it('drifts, steps, and can be set', async () => {
    const { client, clock, sandbox } = await shows({
      clockOffsetMs: 1_000_000,
      clockDrift: 0.01,
      clockSteps: [{ afterMs: 2000, ms: -60_000 }],
      dateOffsetMs: 5000,
    });
    const times = async () => {
      const { headers } = await client.order(SERIAL);
      return [sandbox.truth().at(-1)?.createTime, Date.parse(headers.get('date') ?? '')];
    };
    expect(await times()).toEqual([1_000_000, 1_005_000]);
    await clock.runUntil(1000);
    expect((await times())[0]).toBe(1_001_010);
    await clock.runUntil(2000);
    expect((await times())[0]).toBe(942_020);
    sandbox.stepClock(60_000);
    expect((await times())[0]).toBe(1_002_020);
  });

  it.each([
    ['seconds', 61_000],
    ['minutes', 60_000],
    ['absent', undefined],
  ] as const)('is told in list and details: %s', async (createTime, shown) => {
    const { listed, details } = await withOneOrder({ createTime, clockOffsetMs: 61_700 });
    expect(listed?.createTime).toBe(shown);
    expect(details.orderInformation.createTime).toBe(shown);
  });
});

describe('details', () => {
  it.each([
    ['500', 500, 'internal_error'],
    ['403', 403, 'permission_denied'],
    ['html', 200, undefined],
    ['empty', 200, 'success'],
  ] as const)('of foreign orders can fail: %s', async (how, status, code) => {
    const { client, sandbox } = await shows({ failingDetails: { how, share: 1, foreignOnly: true } });
    const foreign = await client.get(`${DETAILS}/${sandbox.placeForeign({}).orderNo}`);
    expect([foreign.status, foreign.code, foreign.result?.orderInformation]).toEqual([
      status,
      code,
      undefined,
    ]);
    const own = (await client.order(SERIAL)).result;
    expect((await client.get(`${DETAILS}/${own.orderNo}`)).result.basicInformation.productNo).toBe(SERIAL);
  });

  it('of a share of the orders fail always, those of the others never', async () => {
    const { client } = await shows({ failingDetails: { how: '500', share: 0.4, foreignOnly: false } });
    await fill(client, 30);
    const statuses = async () => {
      const found: number[] = [];
      for (const number of await page(client, 1, 30)) {
        found.push((await client.get(`${DETAILS}/SO${String(number).padStart(12, '0')}`)).status);
      }
      return found;
    };
    const first = await statuses();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await statuses()).toEqual(first);
  });
});

it.each([403, 404] as const)('the list of orders can be refused for good: %d', async (listRefused) => {
  const { client } = await shows({ listRefused });
  expect((await client.get(LIST)).status).toBe(listRefused);
  expect((await client.order(SERIAL)).status).toBe(200);
});

describe('foreign orders', () => {
  it('from before the start are spread over the past, and are nobody’s of ours', async () => {
    const clock = virtualClock();
    await clock.runUntil(1_000_000);
    const sandbox = await sandboxForTest({
      clock,
      older: { count: 40, spreadMs: 400_000 },
      listOrder: 'oldest-first',
    });
    const client = await clientOf(sandbox);
    await client.order(SERIAL);
    const foreign = sandbox.foreign();
    expect(foreign.map(({ createTime }) => createTime)).toEqual(
      Array.from({ length: 40 }, (_, row) => 600_000 + row * 10_000),
    );
    expect(new Set(foreign.map(({ productNo }) => productNo)).size).toBe(40);
    expect(new Set(foreign.map(({ productId }) => productId))).toEqual(new Set(['9', '11', '13']));
    expect(sandbox.truth().map(({ productNo }) => productNo)).toEqual([SERIAL]);
    expect((await client.get(LIST)).result.total).toBe(41);
    const other = foreign.find(({ productId }) => productId !== '9');
    expect((await client.get(`${DETAILS}/${other?.orderNo}`)).result.basicInformation).toMatchObject({
      productId: other?.productId,
      productNo: other?.productNo,
    });
  });

  it('are placed while it runs, for a serial number that is named', async () => {
    const { client, sandbox } = await shows({ reference: 'list' });
    const response = await ask(`${sandbox.url}/sandbox/foreign-order`, {
      method: 'POST',
      body: JSON.stringify({ productNo: SERIAL, poNumber: 'PO-7' }),
    });
    expect(response.result).toMatchObject({ productNo: SERIAL, orderStatus: 'succeed' });
    expect((await client.get(LIST)).result.results).toMatchObject([{ customReferenceNo: 'PO-7' }]);
    expect(sandbox.truth()).toEqual([]);
    expect(sandbox.foreign()).toMatchObject([{ productNo: SERIAL, orderNo: response.result.orderNo }]);
  });
});

it('tells when so many orders are placed', async () => {
  const { client, sandbox } = await shows({ older: { count: 3 } });
  let reached = false;
  const placed = sandbox.placed(2).then(() => {
    reached = true;
  });
  await client.order('A1');
  expect(reached).toBe(false);
  await client.order('A2');
  await placed;
  await sandbox.placed(1);
});
