import { describe, expect, it } from 'vitest';
import { recognise } from '../../../src/evidence/recognise.js';
import type { PortalTraits } from '../../../src/evidence/traits.js';
import {
  DOCUMENTED,
  ECHOING,
  lostRow,
  OTHER_SN,
  OUR_REFERENCE,
  SENT_AT,
  SN,
  seenOrder,
  UNKNOWN,
} from '../../support/seen-orders.js';

const MASKING: PortalTraits = {
  serials: { list: 'masked', details: 'masked' },
  references: { list: false, details: false },
};

describe('an order is the lost row’s', () => {
  it.each([
    [
      'with its reference, whatever else it shows',
      { listReference: OUR_REFERENCE, detailsSerial: OTHER_SN },
      UNKNOWN,
    ],
    ['with its reference in the details', { detailsReference: OUR_REFERENCE }, DOCUMENTED],
    ['with its serial number, new since the send', { detailsSerial: SN }, DOCUMENTED],
    ['with its serial number, though nothing is known of the portal', { listSerial: SN }, UNKNOWN],
    [
      'with its serial number and a part of its reference',
      { detailsSerial: SN, listReference: 'JUNE-ABCDEF' },
      ECHOING,
    ],
    [
      'with its serial number, though its clock is years off',
      { detailsSerial: SN, createTime: 5 },
      DOCUMENTED,
    ],
    ['with its serial number, dead or alive', { detailsSerial: SN, status: 'cancelled' }, DOCUMENTED],
  ] as const)('%s', (_, shown, traits) => {
    expect(recognise(seenOrder(shown), lostRow(), traits)).toBe('yes');
  });

  it('under the user’s own number, which the portal cuts, together with its serial number', () => {
    const lost = lostRow({ reference: 'CUSTOMER-ORDER-2026-11-24-BERLIN-7', referenceIsOurs: false });
    const order = seenOrder({ detailsSerial: SN, listReference: 'CUSTOMER-ORDER-2026-' });
    expect(recognise(order, lost, ECHOING)).toBe('yes');
  });
});

it('somebody else’s order for the PBX is the lost row’s if the user adopts recent orders', () => {
  const order = seenOrder({ detailsSerial: SN, listReference: 'BY-HAND-7' });
  expect(recognise(order, lostRow(), ECHOING)).toBe('unclear');
  expect(recognise(order, lostRow({ adopts: true }), ECHOING)).toBe('yes');
  expect(recognise(seenOrder({ detailsSerial: OTHER_SN }), lostRow({ adopts: true }), ECHOING)).toBe('no');
});

describe('an order is not the lost row’s', () => {
  it.each([
    [
      'that was there before the send, also with its serial number',
      { detailsSerial: SN, firstLook: 3 },
      DOCUMENTED,
    ],
    ['for another PBX, where details are known to show it', { detailsSerial: OTHER_SN }, DOCUMENTED],
    [
      'whose masked serial number does not fit, where ours are masked',
      { listSerial: '3695****338' },
      MASKING,
    ],
    [
      'with another reference, where ours are known to be shown',
      { listReference: 'JUNE-PONMLKJIHGFEDCBA' },
      ECHOING,
    ],
  ] as const)('%s', (_, shown, traits) => {
    expect(recognise(seenOrder(shown), lostRow(), traits)).toBe('no');
  });
});

describe('an order may be the lost row’s', () => {
  it.each([
    ['for another PBX, where nothing proves that the details show it', { detailsSerial: OTHER_SN }, UNKNOWN],
    ['that shows the number of the product', { detailsSerial: '9' }, UNKNOWN],
    ['with a masked serial number that fits', { listSerial: '3694****338' }, MASKING],
    ['whose details cannot be read', { details: 'failed' }, DOCUMENTED],
    ['whose details the portal does not know', { details: 'missing' }, DOCUMENTED],
    [
      'for its PBX with another reference: somebody else may have ordered',
      { detailsSerial: SN, listReference: 'PO-4711' },
      ECHOING,
    ],
    ['for its PBX without a reference, where ours are shown', { detailsSerial: SN }, ECHOING],
  ] as const)('%s', (_, shown, traits) => {
    expect(recognise(seenOrder(shown), lostRow(), traits)).toBe('unclear');
  });

  it('with another number than the user’s own long one: the portal may not show long ones', () => {
    const lost = lostRow({ reference: 'CUSTOMER-ORDER-2026-11-24-BERLIN-7', referenceIsOurs: false });
    expect(
      recognise(seenOrder({ listReference: 'PO-4711' }), lost, { ...ECHOING, serials: UNKNOWN.serials }),
    ).toBe('unclear');
  });
});

describe('without a look before the send', () => {
  const lost = lostRow({ lookBefore: 0 });
  it.each([
    ['an order created since is the row’s', SENT_AT, 'yes'],
    ['an older one may be it: clocks differ', SENT_AT - 1, 'unclear'],
    ['one without a time may be it', undefined, 'unclear'],
  ] as const)('%s', (_, createTime, is) => {
    expect(recognise(seenOrder({ detailsSerial: SN, createTime }), lost, DOCUMENTED)).toBe(is);
  });
});
