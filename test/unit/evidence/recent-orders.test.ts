import { describe, expect, it } from 'vitest';
import type { Reference, SerialKey, SerialNumber } from '../../../src/common/ids.js';
import { decideRecent, type GuardTerms, tellsNoSerial } from '../../../src/evidence/recent-orders.js';
import type { OrderRow } from '../../../src/ledger/schema.js';
import { OTHER_SN, OUR_REFERENCE, SN, seenOrder } from '../../support/seen-orders.js';

const rowFor = (more: Partial<OrderRow> = {}): OrderRow =>
  ({
    sn_key: SN as SerialKey,
    serial_number: SN as SerialNumber,
    line: 7,
    own_po_number: null,
    ...more,
  }) as OrderRow;

const OURS = OUR_REFERENCE as Reference;
const TERMS: GuardTerms = { productId: 9, recentOrders: 'refuse', since: 0, reference: OURS };
const colleagues = seenOrder({ orderNo: 'SO9', detailsSerial: SN });

describe('a row with a recent order that this ledger did not place', () => {
  it('is a finding with the order’s number, time and status, and both ways on', () => {
    const decision = decideRecent(rowFor(), [colleagues], TERMS);
    expect(decision).toMatchObject({ do: 'refuse', finding: { line: 7, code: 'recently_ordered' } });
    const { message } = decision.do === 'refuse' ? decision.finding : { message: '' };
    expect(message).toContain('SO9, created 1970-01-01T00:16:40.010Z, succeed');
    expect(message).toContain('--recent-orders adopt');
    expect(message).toContain('--recent-orders repeat');
  });

  it.each([
    ['adopt', { do: 'credit', order: colleagues }],
    ['repeat', { do: 'send' }],
  ] as const)('follows --recent-orders %s', (recentOrders, decision) => {
    expect(decideRecent(rowFor(), [colleagues], { ...TERMS, recentOrders })).toStrictEqual(decision);
  });

  it.each([
    ['pending', { detailsSerial: SN, status: 'pending' }],
    ['in a status that nobody knows', { detailsSerial: SN, status: 'confirming' }],
    ['with the serial number in the list alone', { listSerial: SN, details: 'failed' }],
    ['with a masked serial number that fits', { detailsSerial: '3694****338' }],
    ['with a reference of another batch', { detailsSerial: SN, listReference: 'MAY-ABCDEFGHIJKLMNOP' }],
  ] as const)('is a finding also for one %s', (_, shown) => {
    expect(decideRecent(rowFor(), [seenOrder(shown)], TERMS).do).toBe('refuse');
  });

  it.each([
    ['cancelled', { detailsSerial: SN, status: 'cancelled' }],
    ['of another product', { detailsSerial: SN, productId: '12' }],
    ['for another PBX', { detailsSerial: OTHER_SN }],
    ['masked, for a PBX that does not fit', { detailsSerial: '3695****338' }],
    [
      'masked in the list, for another PBX by its details',
      { listSerial: '3694****338', detailsSerial: OTHER_SN },
    ],
  ] as const)('is sent beside one %s', (_, shown) => {
    expect(decideRecent(rowFor(), [seenOrder(shown)], TERMS).do).toBe('send');
  });

  it('is sent if the order is older than one of its kind stands in the way, and not if the order has no time', () => {
    const old = seenOrder({ orderNo: 'SO9', detailsSerial: SN, createTime: 1_000 });
    const undated = { ...old, createTime: undefined };
    const terms = { ...TERMS, since: 1_001 };
    expect(decideRecent(rowFor(), [old], terms).do).toBe('send');
    expect(decideRecent(rowFor(), [old], { ...terms, since: 1_000 }).do).toBe('refuse');
    expect(decideRecent(rowFor(), [undated], terms).do).toBe('refuse');
  });

  it('does not take a masked one over, whatever the user says: it is not certain', () => {
    const masked = seenOrder({ detailsSerial: '3694****338' });
    expect(decideRecent(rowFor(), [masked], { ...TERMS, recentOrders: 'adopt' }).do).toBe('refuse');
  });
});

describe('an order that bears the row’s reference is taken over without a question', () => {
  it.each([
    ['in the list', { listReference: OUR_REFERENCE }],
    ['in the details', { detailsReference: OUR_REFERENCE }],
    ['beside a masked serial number', { listSerial: '3694****338', detailsReference: OUR_REFERENCE }],
    ['beside the number of the product', { listSerial: '9', detailsReference: OUR_REFERENCE }],
    ['cut, with enough of its hash', { listReference: OUR_REFERENCE.slice(0, 14) }],
    ['cut to little, with the row’s serial number', { detailsSerial: SN, listReference: 'JUNE-AB' }],
    ['dead', { detailsReference: OUR_REFERENCE, status: 'cancelled' }],
  ] as const)('%s', (_, shown) => {
    const order = seenOrder(shown);
    expect(decideRecent(rowFor(), [order], TERMS)).toStrictEqual({ do: 'credit', order, reference: OURS });
  });

  it('but not one that is cut to what many rows share', () => {
    const order = seenOrder({ listReference: 'JUNE-AB' });
    expect(decideRecent(rowFor(), [order], TERMS).do).toBe('send');
  });

  it('the user’s own number counts with the row’s serial number alone', () => {
    const row = rowFor({ own_po_number: 'PO-2026-11' as Reference });
    const terms = { ...TERMS, reference: 'PO-2026-11' as Reference };
    const own = seenOrder({ detailsSerial: SN, listReference: 'PO-2026-11' });
    const others = seenOrder({ detailsSerial: OTHER_SN, listReference: 'PO-2026-11' });
    expect(decideRecent(row, [others], terms).do).toBe('send');
    expect(decideRecent(row, [own], terms)).toStrictEqual({
      do: 'credit',
      order: own,
      reference: 'PO-2026-11',
    });
  });

  it('a number that was added to the file, or removed from it, leaves the order a finding', () => {
    const sentWithOurs = seenOrder({ detailsSerial: SN, listReference: OUR_REFERENCE });
    const sentWithTheirs = seenOrder({ detailsSerial: SN, listReference: 'PO-2026-11' });
    const withNumber = rowFor({ own_po_number: 'PO-2026-11' as Reference });
    expect(
      decideRecent(withNumber, [sentWithOurs], { ...TERMS, reference: 'PO-2026-11' as Reference }).do,
    ).toBe('refuse');
    expect(decideRecent(rowFor(), [sentWithTheirs], TERMS).do).toBe('refuse');
  });
});

it.each([
  ['the number of the product alone', { detailsSerial: '9' }, true],
  ['nothing', {}, true],
  ['a serial number', { detailsSerial: OTHER_SN }, false],
  ['a masked one', { listSerial: '3694****338' }, false],
  ['nothing, because its details cannot be read', { details: 'failed' }, false],
] as const)('an order that shows %s tells no serial number: %s', (_, shown, is) => {
  expect(tellsNoSerial(seenOrder(shown))).toBe(is);
});
