import { describe, expect, it } from 'vitest';
import type { OrderNo } from '../../../src/common/ids.js';
import { type Evidence, weigh } from '../../../src/evidence/absence.js';
import { DOCUMENTED, lostRow, OTHER_SN, SN, seenOrder, UNKNOWN } from '../../support/seen-orders.js';

const DUE_AT = 50_000;

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  look: { no: 5, beganAt: DUE_AT, whole: true },
  traits: DOCUMENTED,
  orders: [],
  missing: undefined,
  earlier: 'unknown',
  ...more,
});

const OURS = 'SO7' as OrderNo;

describe('an order is absent', () => {
  it('when a whole look that began late enough shows all that is known to be there, and nothing unclear', () => {
    const orders = [seenOrder({ detailsSerial: OTHER_SN })];
    const all = evidence({ orders, earlier: 'shown' });
    expect(weigh(lostRow(), DUE_AT, all)).toStrictEqual({ kind: 'absent' });
  });
});

describe('absence is not proven', () => {
  it.each([
    [
      'by a look that began a millisecond too early',
      { look: { no: 5, beganAt: DUE_AT - 1, whole: true } },
      'too_early',
    ],
    ['by a look that was not whole', { look: { no: 5, beganAt: DUE_AT, whole: false } }, 'list_not_whole'],
    ['by a list that lacks an order of ours', { missing: OURS }, 'list_late'],
    ['by a list that shows no order from before the send any more', { earlier: 'gone' }, 'list_slid'],
    [
      'while an order in it may be the row’s',
      { orders: [seenOrder({ details: 'failed' })] },
      'order_unclear',
    ],
  ] as const)('%s', (_, more, code) => {
    expect(weigh(lostRow(), DUE_AT, evidence(more))).toMatchObject({ kind: 'unclear', code });
  });

  it('and the reason names the orders that may be the row’s, but not hundreds of them', () => {
    const orders = Array.from({ length: 9 }, (_, i) => seenOrder({ orderNo: `SO${i}`, details: 'failed' }));
    expect(weigh(lostRow(), DUE_AT, evidence({ orders }))).toMatchObject({
      why: "order SO0, SO1, SO2 or one of 6 more may be the row's",
    });
  });
});

it('absence is never proven of an order whose answer named the order of another row: it may be hidden behind it', () => {
  const verdict = weigh(lostRow({ namedAnothers: true }), DUE_AT, evidence());
  expect(verdict).toMatchObject({ kind: 'unclear', code: 'order_unclear', settled: true });
});

it('more looks are worth it if the details can be read again, or if nothing was learnt of the portal yet', () => {
  const settled = (details: 'read' | 'failed', traits = DOCUMENTED) =>
    weigh(lostRow(), DUE_AT, evidence({ orders: [seenOrder({ details })], traits }));
  expect(settled('read')).toMatchObject({ settled: true });
  expect(settled('failed')).toMatchObject({ settled: false });
  expect(settled('read', UNKNOWN)).toMatchObject({ settled: false });
});

describe('an order is found', () => {
  it('at once, also by a look that proves nothing absent', () => {
    const order = seenOrder({ detailsSerial: SN });
    const look = { no: 5, beganAt: 0, whole: false };
    expect(weigh(lostRow(), DUE_AT, evidence({ orders: [order], look }))).toStrictEqual({
      kind: 'found',
      order,
      twins: 0,
    });
  });

  it('a living one before a dead one, then the oldest, and the others are told', () => {
    const dead = seenOrder({ orderNo: 'SO1', detailsSerial: SN, status: 'failed', createTime: 1 });
    const later = seenOrder({ orderNo: 'SO2', detailsSerial: SN, createTime: 9 });
    const first = seenOrder({ orderNo: 'SO3', detailsSerial: SN, createTime: 5 });
    expect(weigh(lostRow(), DUE_AT, evidence({ orders: [dead, later, first] }))).toStrictEqual({
      kind: 'found',
      order: first,
      twins: 2,
    });
  });
});
