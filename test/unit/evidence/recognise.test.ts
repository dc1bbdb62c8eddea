import { describe, expect, it } from 'vitest';
import { type OrderNo, type Reference, type SerialNumber, serialKey } from '../../../src/common/ids.js';
import { best, isOrderOf, type Lost, lookInList, showsSerials } from '../../../src/evidence/recognise.js';
import type { OrderDetails } from '../../../src/portal/order-details.js';
import type { ListedOrder } from '../../../src/portal/order-list.js';

const lost = (more: Partial<Lost> = {}): Lost => ({
  snKey: serialKey('sn1'),
  serialNumber: 'sn1' as SerialNumber,
  reference: 'JUNE-X' as Reference,
  referenceIsOurs: true,
  since: 1_000,
  notBefore: 500,
  listKnown: true,
  listShowsSerials: true,
  ...more,
});
const PO = { reference: 'PO-1' as Reference, referenceIsOurs: false };
const NONE = { reference: null, referenceIsOurs: true };

const order = (orderNo: string, more: Partial<ListedOrder> = {}): ListedOrder => ({
  orderNo: orderNo as OrderNo,
  createTime: 1_000,
  references: [],
  ...more,
});
const details = (more: Partial<OrderDetails> = {}): OrderDetails => ({
  orderNos: [],
  productNos: [],
  references: [],
  ...more,
});

/** `found O-1`, or `ask` and the candidates. */
function say(of: Lost, listed: readonly ListedOrder[], echo: Parameters<typeof lookInList>[2]): string {
  const verdict = lookInList(of, listed, echo);
  return verdict.kind === 'found'
    ? `found ${verdict.order.orderNo}${verdict.twins > 0 ? ` with ${verdict.twins} more` : ''}`
    : ['ask', ...verdict.candidates.map(({ orderNo }) => orderNo)].join(' ');
}

describe('a lost row in the list', () => {
  const MINE = order('mine', { references: ['JUNE-X'] });
  const OTHER = order('other', { references: ['JUNE-Y'] });
  const BARE = order('bare');

  it.each<readonly [string, Lost, readonly ListedOrder[], Parameters<typeof lookInList>[2], string]>([
    ['is found by its reference', lost(), [OTHER, MINE], 'list', 'found mine'],
    [
      'is found by its reference before it is known that the list shows it',
      lost(),
      [MINE],
      'unknown',
      'found mine',
    ],
    [
      'is found by its reference whatever its time',
      lost(),
      [order('mine', { references: ['JUNE-X'], createTime: 0 })],
      'list',
      'found mine',
    ],
    [
      'is told with its twins',
      lost(),
      [MINE, order('twin', { references: ['JUNE-X'] })],
      'list',
      'found mine with 1 more',
    ],
    ['is not there where the list shows references and not this one', lost(), [OTHER], 'list', 'ask'],
    ['may be one without a reference though the list shows them', lost(), [OTHER, BARE], 'list', 'ask bare'],
    [
      'may be any order of its time where the list shows none',
      lost(),
      [BARE, order('old', { createTime: 499 })],
      'none',
      'ask bare',
    ],
    [
      'may be any order of its time where that is not known yet',
      lost(),
      [OTHER, BARE],
      'unknown',
      'ask other bare',
    ],
    [
      'may be an order without a time',
      lost(),
      [{ orderNo: 'timeless' as OrderNo, references: [] }],
      'none',
      'ask timeless',
    ],
    ['is not an order for another serial number', lost(), [order('a', { productNo: 'SN2' })], 'none', 'ask'],
    [
      'may be an order for its serial number in other case',
      lost(),
      [order('a', { productNo: 'Sn1' })],
      'none',
      'ask a',
    ],
    [
      'is found by its reference whatever serial number the list shows',
      lost(),
      [order('a', { references: ['JUNE-X'], productNo: 'SN2' })],
      'list',
      'found a',
    ],
    [
      'is found by its reference beside one of the portal’s own',
      lost(),
      [order('a', { references: ['CR-1', 'JUNE-X'] })],
      'list',
      'found a',
    ],
    [
      'may be an order whose number of the product is not known to be a serial number',
      lost({ listShowsSerials: false }),
      [order('a', { productNo: '3694****01' })],
      'none',
      'ask a',
    ],
    [
      'with the user’s own number is never settled by that number alone',
      lost(PO),
      [order('a', { references: ['PO-1'] })],
      'list',
      'ask a',
    ],
    [
      'with the user’s own number is none with another number',
      lost(PO),
      [order('a', { references: ['PO-2'] })],
      'list',
      'ask',
    ],
    [
      'that went without a reference may be any order of its time',
      lost(NONE),
      [OTHER, BARE],
      'list',
      'ask other bare',
    ],
    ['is nowhere in an empty list', lost(), [], 'unknown', 'ask'],
  ])('%s', (_, of, listed, echo, expected) => {
    expect(say(of, listed, echo)).toBe(expected);
  });
});

describe('the details of an order show that it is the lost row’s', () => {
  it.each<
    readonly [string, Lost, Partial<OrderDetails>, Parameters<typeof isOrderOf>[3], 'yes' | 'no' | 'unclear']
  >([
    ['by our reference', lost(), { references: ['JUNE-X'] }, 'details', 'yes'],
    [
      'by our reference among others',
      lost(),
      { references: ['a', 'JUNE-X'], productNos: ['SN1'] },
      'unknown',
      'yes',
    ],
    ['by the serial number where references are not shown', lost(), { productNos: [' sn1 '] }, 'none', 'yes'],
    ['by one of its serial numbers', lost(), { productNos: ['SN2', 'SN1'] }, 'unknown', 'yes'],
    ['not by another serial number', lost(), { productNos: ['SN2'] }, 'none', 'no'],
    [
      'not by the serial number where it carries another reference',
      lost(),
      { productNos: ['SN1'], references: ['JUNE-Y'] },
      'details',
      'no',
    ],
    [
      'perhaps, by the serial number where references are shown and it has none',
      lost(),
      { productNos: ['SN1'] },
      'details',
      'unclear',
    ],
    ['perhaps, also where the list shows them', lost(), { productNos: ['SN1'] }, 'list', 'unclear'],
    [
      'not by the user’s own number alone',
      lost(PO),
      { references: ['PO-1'], productNos: ['SN2'] },
      'details',
      'no',
    ],
    [
      'by the user’s own number and the serial number',
      lost(PO),
      { references: ['PO-1'], productNos: ['SN1'] },
      'details',
      'yes',
    ],
    [
      'by the serial number where it went without a reference',
      lost(NONE),
      { productNos: ['SN1'] },
      'details',
      'yes',
    ],
    ['not by nothing', lost(), {}, 'none', 'no'],
    ['by our reference in another case', lost(), { references: [' june-x '] }, 'details', 'yes'],
    [
      'perhaps, where it carries another reference and nobody knows yet whether ours are shown',
      lost(),
      { productNos: ['SN1'], references: ['HAND-77'] },
      'unknown',
      'unclear',
    ],
    [
      'by the serial number, whatever other reference it carries, where ours are never shown',
      lost(),
      { productNos: ['SN1'], references: ['AUTO-1'] },
      'none',
      'yes',
    ],
  ])('%s', (_, of, known, echo, expected) => {
    expect(isOrderOf(of, order('O-1'), details(known), echo)).toBe(expected);
  });
});

it.each([
  [true, 'yes'],
  [false, 'unclear'],
] as const)(
  'an order without a time is told by what was listed before the send: %s, so %s',
  (listKnown, expected) => {
    const { createTime: _, ...timeless } = order('O-1');
    const known = details({ productNos: ['SN1'] });
    expect(isOrderOf(lost({ listKnown }), timeless, known, 'none')).toBe(expected);
  },
);

describe('the list’s productNo is taken for the serial number', () => {
  const rows = new Map([['a' as OrderNo, { snKey: serialKey('SN1') }]]);
  it.each([
    ['where it is that of our own orders', [order('a', { productNo: 'sn1' })], true],
    ['not where it is another', [order('a', { productNo: '9' })], false],
    ['not where none of our orders shows it', [order('b', { productNo: 'sn1' }), order('a')], false],
  ])('%s', (_, listed, expected) => {
    expect(showsSerials(listed, rows)).toBe(expected);
  });
});

it('an order from before the send is perhaps the row’s where the orders’ clock is not known', () => {
  const early = order('O-1', { createTime: 700 });
  const known = details({ productNos: ['SN1'] });
  expect(isOrderOf(lost(), early, known, 'none')).toBe('unclear');
  expect(isOrderOf(lost(), early, details({ references: ['JUNE-X'] }), 'none')).toBe('yes');
});

describe('of several orders with one reference', () => {
  it('a living one goes before a dead one, then the oldest', () => {
    const dead = order('dead', { orderStatus: 'cancelled', createTime: 1 });
    const young = order('young', { orderStatus: 'succeed', createTime: 3 });
    const old = order('old', { orderStatus: 'pending', createTime: 2 });
    expect(best([dead, young, old])?.orderNo).toBe('old');
    expect(best([dead])?.orderNo).toBe('dead');
    expect(best([])).toBeUndefined();
  });

  it('are left in the order in which they were given', () => {
    const given = [order('b', { createTime: 2 }), order('a', { createTime: 1 })];
    best(given);
    expect(given.map(({ orderNo }) => orderNo)).toStrictEqual(['b', 'a']);
  });
});
