import { expect, it } from 'vitest';
import type { OrderNo, SerialKey, SerialNumber } from '../../../src/common/ids.js';
import { compare } from '../../../src/evidence/compare-order.js';
import type { OrderRow } from '../../../src/ledger/schema.js';
import { OTHER_SN, SN, seenOrder } from '../../support/seen-orders.js';

const row = (order_status: string | null): OrderRow =>
  ({
    sn_key: SN as SerialKey,
    serial_number: SN as SerialNumber,
    order_no: 'SO1' as OrderNo,
    order_status,
  }) as OrderRow;

it.each([
  ['succeed', { detailsSerial: SN, status: 'succeed', productId: '9' }, []],
  // An answer without a status counted as a success.
  [null, { detailsSerial: SN, status: 'succeed' }, []],
  ['succeed', { status: 'cancelled' }, ['order_cancelled']],
  ['succeed', { status: 'refunded' }, ['order_refunded']],
  ['pending', { status: 'failed' }, ['order_failed']],
  ['pending', { status: 'succeed' }, ['order_status_changed']],
  ['succeed', { status: 'pending' }, ['order_status_changed']],
  ['succeed', { detailsSerial: OTHER_SN }, ['another_serial_number']],
  ['succeed', { listSerial: '3694****338' }, []],
  ['succeed', { detailsSerial: '9' }, []],
  ['succeed', { detailsSerial: SN, productId: '11' }, ['another_product']],
  [
    'succeed',
    { detailsSerial: OTHER_SN, productId: '11', status: 'cancelled' },
    ['order_cancelled', 'another_serial_number', 'another_product'],
  ],
] as const)('an order that was %s and shows %o differs in %o', (was, shown, codes) => {
  expect(compare(row(was), seenOrder(shown), 9).map(({ code }) => code)).toEqual(codes);
});

it('an order that the portal does not know is a difference', () => {
  expect(compare(row('succeed'), undefined, 9)).toMatchObject([{ code: 'order_gone' }]);
});
