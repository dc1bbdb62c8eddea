import { expect, it } from 'vitest';
import { DEMO_PBXS } from '../../src/sandbox/demo-pbxs.js';
import { csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

it('a batch that stands as the ledger has it is exit 0, and nothing is placed', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(12));
  await place.run(['orders.csv']);
  const { status, stdout } = await place.run(['verify', 'orders']);
  expect(status).toBe(0);
  expect(stdout).toContain('12 ordered: 12 unchanged; no order was placed');
  expect(sandbox.truth()).toHaveLength(12);
  // The second time all details are known: the list is enough.
  const before = sandbox.stats().requests['details'];
  await place.run(['verify', 'orders']);
  expect(sandbox.stats().requests['details']).toBe(before);
});

it.each(['nowhere', 'list'] as const)(
  'rows that stand otherwise are named, with exit 1, and the ledger takes their status over (reference %s)',
  async (reference) => {
    const sandbox = await sandboxForTest({
      reference,
      listSerial: reference === 'list' ? 'whole' : 'absent',
    });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(6));
    await place.run(['orders.csv']);
    const orders = sandbox.truth();
    const set = (at: number, to: string) => sandbox.setOrderStatus(orders[at]?.orderNo ?? '', to);
    set(1, 'cancelled');
    set(2, 'refunded');
    set(3, 'failed');
    set(4, 'pending');
    const { status, stdout } = await place.run(['verify', 'orders', '--json']);
    const json = JSON.parse(stdout);
    expect({ status, rows: json.rows, unread: json.unread }).toEqual({ status: 1, rows: 6, unread: [] });
    const codes = new Map(
      json.otherwise.map((row: { sn: string; differences: { code: string }[] }) => [
        row.sn,
        row.differences.map(({ code }) => code).join(),
      ]),
    );
    expect(codes).toEqual(
      new Map([
        [orders[1]?.productNo, 'order_cancelled'],
        [orders[2]?.productNo, 'order_refunded'],
        [orders[3]?.productNo, 'order_failed'],
        [orders[4]?.productNo, 'order_status_changed'],
      ]),
    );
    await place.run(['results', 'orders']);
    const after = new Map(place.results('orders.results.csv').map((row) => [row['sn'], row]));
    expect(after.get(orders[2]?.productNo)).toMatchObject({
      status: 'failed',
      orderStatus: 'refunded',
      errorCode: 'order_refunded',
    });
    expect(after.get(orders[4]?.productNo)).toMatchObject({ status: 'pending', orderStatus: 'pending' });

    // Nothing that was cancelled after it had succeeded is ordered again by itself.
    const again = await place.summary(['orders.csv']);
    expect(again.status).toBe(2);
    expect(sandbox.truth()).toHaveLength(6);
    set(4, 'succeed');
    const paid = JSON.parse((await place.run(['verify', 'orders', '--json'])).stdout);
    expect(paid.otherwise).toMatchObject([
      { sn: orders[4]?.productNo, differences: [{ code: 'order_status_changed' }] },
    ]);
    expect((await place.run(['verify', 'orders'])).status).toBe(0);
  },
);

it('says what cannot be read, which is no proof of anything, with exit 1', async () => {
  const sandbox = await sandboxForTest({
    failingDetails: { how: 'empty', share: 1, foreignOnly: false },
    listRefused: 404,
  });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(2));
  await place.run(['orders.csv', '--without-order-list']);
  const { status, stdout } = await place.run(['verify', 'orders']);
  expect(status).toBe(1);
  expect(stdout).toContain('2 ordered: 0 unchanged, 2 that cannot be read now');
  expect(sandbox.truth()).toHaveLength(2);
});

it('tells which switches are still under way', async () => {
  const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS });
  const place = workplace(sandbox);
  place.write('orders.csv', 'sn,plan,billingContact\n369471667338,Linkus Cloud Service Pro,Ada Keller\n');
  await place.run(['orders.csv']);
  expect(JSON.parse((await place.run(['verify', 'orders', '--json'])).stdout)).toMatchObject({
    switching: [],
  });
  sandbox.placeForeign({ productNo: '369471667338', planId: '3048918719332507703' });
  const foreign = sandbox.foreign()[0];
  sandbox.setOrderStatus(foreign?.orderNo ?? '', 'pending');
  const { stdout } = await place.run(['verify', 'orders']);
  expect(stdout).toContain('Switches 1 still under way, such as 369471667338');
});

it('an unknown batch is exit 2', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(1));
  await place.run(['orders.csv']);
  expect((await place.run(['verify', 'june'])).status).toBe(2);
});
