import { describe, expect, it, onTestFinished } from 'vitest';
import type { OrderNo } from '../../../src/common/ids.js';
import { lookBack } from '../../../src/evidence/look-back.js';
import { createFirstSeen } from '../../../src/evidence/mirror.js';
import type { OrderDetails } from '../../../src/portal/order-details.js';
import type { RunContext } from '../../../src/runner/context.js';
import { JUNE, line, load, newLedger } from '../../support/ledger.js';
import { orderNamed } from '../../support/listed-orders.js';
import { temporaryFolder } from '../../support/temp-folder.js';
import { virtualClock } from '../../support/virtual-clock.js';

const folder = temporaryFolder();
const NUMBER = 'PO-2026-11';

/** A batch of so many rows under one purchase-order number, new to its ledger, and a portal with their orders. */
async function oneNumber(rows: number, detailsOf: (sn: string) => OrderDetails | 'unreadable' | undefined) {
  const ledger = await newLedger(folder);
  onTestFinished(() => ledger.close());
  const serials = Array.from({ length: rows }, (_, i) => `36940000${1000 + i}`);
  const lines = serials.map((sn, i) => line(i, sn, { ownPoNumber: NUMBER }));
  const { runNo } = await load(ledger, [lines]);
  const clock = virtualClock();
  const orders = serials.map((sn) => orderNamed(`O-${sn}`, { references: [NUMBER], orderStatus: 'succeed' }));
  const asked: string[] = [];
  const context = {
    batch: JUNE,
    runNo,
    settings: { concurrency: 4, useReference: true },
    ledger,
    clock,
    firstSeen: createFirstSeen(clock),
    portal: {
      clock: { earliest: (time: number) => time },
      sweeper: { sweep: async () => ({ orders, complete: true, pages: 1 }) },
      orderDetails: async (orderNo: OrderNo) => {
        asked.push(orderNo);
        return detailsOf(orderNo.slice(2));
      },
    },
  } as unknown as RunContext;
  return { ledger, asked, look: () => lookBack(context, 0) };
}

const detailsFor = (sn: string): OrderDetails =>
  ({ orderNos: [], productNos: [sn], references: [NUMBER], orderStatus: 'succeed' }) as OrderDetails;

describe('a look back for orders under one purchase-order number', () => {
  it('reads the details of each order once and adopts each for its own row', async () => {
    const { ledger, asked, look } = await oneNumber(50, detailsFor);
    expect(await look()).toMatchObject({ adopted: 50, complete: true });
    // Once to learn whether details show references of ours, once for the serial numbers.
    expect(asked.length).toBeLessThanOrEqual(100);
    const row = await ledger.read.row(JUNE, '369400001007' as never);
    expect(row).toMatchObject({ status: 'succeeded', order_no: 'O-369400001007' });
  });

  it.each([
    ['cannot be had', undefined],
    ['come back damaged', 'unreadable'],
    ['name no serial number', { orderNos: [], productNos: [], references: [NUMBER] }],
  ] as const)('is not complete where the details of one of them %s', async (_, answer) => {
    const { look } = await oneNumber(3, (sn) => (sn.endsWith('1') ? answer : detailsFor(sn)));
    expect(await look()).toMatchObject({ adopted: 2, complete: false });
  });
});
