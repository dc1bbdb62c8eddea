import { expect, it } from 'vitest';
import { newcomersOf } from '../../../src/evidence/newcomers.js';
import { OTHER_SN, SN, seenOrder } from '../../support/seen-orders.js';

it.each([
  ['that succeeded', 'succeed', true],
  ['that is pending', 'pending', true],
  ['that somebody cancelled', 'cancelled', true],
  ['that failed', 'failed', false],
])(
  'whether a row is compared once more with a new order for its PBX %s: %s is %s',
  (_, status, isCompared) => {
    expect(newcomersOf([seenOrder({ status, detailsSerial: SN })]).has(SN)).toBe(isCompared);
  },
);

it('takes the serial numbers of the list and of the details', () => {
  const orders = [seenOrder({ listSerial: SN }), seenOrder({ detailsSerial: OTHER_SN })];
  expect([...newcomersOf(orders)]).toEqual([SN, OTHER_SN]);
});
