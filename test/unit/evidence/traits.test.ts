import { describe, expect, it } from 'vitest';
import { compareReferences, fitsMask, learnTraits } from '../../../src/evidence/traits.js';
import { OTHER_SN, OUR_REFERENCE, ownOrder, SN, UNKNOWN } from '../../support/seen-orders.js';

describe('what a portal shows is learnt from orders of ours alone', () => {
  it('without one nothing is known', () => {
    expect(learnTraits([])).toStrictEqual(UNKNOWN);
  });

  it.each([
    ['whole', SN, 'whole'],
    ['masked', '3694****338', 'masked'],
    ['the number of the product', '9', 'other'],
    ['nothing', undefined, 'other'],
    ['the serial number of another PBX', OTHER_SN, 'other'],
  ] as const)('the list shows a serial number %s', (_, listSerial, shown) => {
    const own = ownOrder(listSerial === undefined ? {} : { listSerial });
    expect(learnTraits([own]).serials.list).toBe(shown);
  });

  it('one order of ours without its serial number is enough to trust the place no more', () => {
    const own = [ownOrder({ listSerial: SN }), ownOrder({ listSerial: '9' })];
    expect(learnTraits(own).serials.list).toBe('other');
  });

  it('an order that is known by its reference shows how serial numbers are shown, and not that references are', () => {
    const own = ownOrder({ listReference: OUR_REFERENCE, detailsSerial: SN }, 'evidence');
    const { serials, references } = learnTraits([own]);
    expect(serials.details).toBe('whole');
    expect(references).toStrictEqual({ list: false, details: false });
  });

  it('details that were not read tell nothing of the details', () => {
    expect(learnTraits([ownOrder({ listSerial: SN, details: 'unread' })]).serials.details).toBe('unknown');
  });

  it.each([
    ['whole', OUR_REFERENCE, true],
    ['cut', OUR_REFERENCE.slice(0, 14), true],
    ['without its signs', OUR_REFERENCE.replace('-', ''), true],
    ['another one', 'PO-4711', false],
    ['none', undefined, false],
  ] as const)('our reference comes back: %s', (_, detailsReference, shown) => {
    const own = ownOrder(detailsReference === undefined ? {} : { detailsReference });
    expect(learnTraits([own]).references.details).toBe(shown);
  });
});

describe('a masked serial number', () => {
  it.each([
    ['3694****338', SN, true],
    ['3694*338', SN, true],
    ['********7338', SN, true],
    ['3694********', SN, true],
    ['3694****339', SN, false],
    ['3695****338', SN, false],
    [SN, SN, false],
    ['9', SN, false],
    ['******', SN, false],
  ])('%s may stand for %s: %s', (mask, snKey, fits) => {
    expect(fitsMask(mask, snKey)).toBe(fits);
  });
});

describe('a reference that the portal shows', () => {
  it.each([
    [OUR_REFERENCE, OUR_REFERENCE, 'same'],
    ['JUNEABCDEFGHIJKLMNOP', OUR_REFERENCE, 'same'],
    ['JUNE-ABCDEF', OUR_REFERENCE, 'part'],
    ['CUSTOMER-ORDER-2026-1', 'CUSTOMER-ORDER-2026-11-24-BERLIN-7', 'part'],
    ['JUNE', OUR_REFERENCE, 'part'],
    ['MNOP', OUR_REFERENCE, 'other'],
    ['JUNE-PONMLKJIHGFEDCBA', OUR_REFERENCE, 'other'],
    ['', OUR_REFERENCE, 'other'],
    [OUR_REFERENCE, undefined, 'other'],
  ])('%s beside %s is %s', (shown, sent, is) => {
    expect(compareReferences(shown, sent)).toBe(is);
  });
});
