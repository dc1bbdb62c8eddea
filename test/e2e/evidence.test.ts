import { describe, expect, it } from 'vitest';
import type { PlacedOrder, SandboxOptions } from '../../src/sandbox/start-sandbox.js';
import { contradictions, csvOf, serialNumberOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const QUICK = ['--settle', '700ms', '--timeout', '2s', '--max-failures', '100%'];
const LOSE_FIRST = { kind: 'reset', share: 1, when: 'after', times: 1 } as const;
const LOSE_SOME = { kind: 'reset', share: 0.3, when: 'after' } as const;

/** Orders of the program's own, not those that others placed. */
const ours = (truth: readonly PlacedOrder[]): PlacedOrder[] =>
  truth.filter(({ productNo }) => ALL.includes(productNo));
const ALL = Array.from({ length: 60 }, (_, i) => serialNumberOf(i));

const withNumbers = (rows: number): string => {
  const [header, ...lines] = csvOf(rows).trim().split('\n');
  return [
    `${header},poNumber`,
    ...lines.map((line, i) => `${line},CUSTOMER-ORDER-2026-11-24-NR-${100 + i}`),
  ].join('\n');
};

/** Portals on which lost answers must not be ordered again. `settled`: all of it is settled in one run. */
const PORTALS: readonly (readonly [string, SandboxOptions, 'settled' | 'may stay in doubt'])[] = [
  [
    'whose list slides, oldest first, with 150 older orders',
    { listOrder: 'oldest-first', window: { newest: 160 }, older: { count: 150 } },
    'settled',
  ],
  [
    'whose list slides and whose total is cached for a minute',
    { window: { newest: 160 }, older: { count: 150 }, total: { cachedMs: 60_000 } },
    'settled',
  ],
  [
    'whose total counts the page, with serial numbers in the list',
    { total: 'page', totalPage: 'absent', listSerial: 'whole', older: { count: 150 }, maxPageSize: 25 },
    'settled',
  ],
  [
    'that masks serial numbers everywhere',
    { listSerial: 'masked', detailsSerial: 'masked' },
    'may stay in doubt',
  ],
  [
    'that shows the product’s number',
    { listSerial: 'product', detailsSerial: 'product' },
    'may stay in doubt',
  ],
  [
    'whose list comes in another order with each request',
    { listOrder: 'unstable', maxPageSize: 7 },
    'settled',
  ],
  ['that shows no times', { createTime: 'absent' }, 'settled'],
  [
    'whose clock jumps an hour while the orders go out',
    { clockSteps: [{ afterMs: 300, ms: 3_600_000 }] },
    'settled',
  ],
];

describe('lost answers are never ordered again', () => {
  it.each(PORTALS)('at a portal %s', async (_, shape, outcome) => {
    const sandbox = await sandboxForTest({ seed: 11, faults: [LOSE_SOME], ...shape });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(20));
    const { status, summary } = await place.summary([
      ...['orders.csv', ...QUICK, '--canary', '0', '--recent-orders', 'repeat'],
    ]);
    expect(contradictions(place.results('orders.results.csv'), ours(sandbox.truth()))).toEqual([]);
    expect(new Set(ours(sandbox.truth()).map(({ productNo }) => productNo)).size).toBe(
      ours(sandbox.truth()).length,
    );
    if (outcome === 'settled')
      expect({ status, counts: summary.counts }).toMatchObject({ status: 0, counts: { succeeded: 20 } });
    else expect([0, 4]).toContain(status);
  });

  it('if the very first answer of a ledger is lost', async () => {
    const sandbox = await sandboxForTest({
      listOrder: 'oldest-first',
      window: { newest: 151 },
      older: { count: 150 },
      faults: [LOSE_FIRST],
    });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const { status } = await place.summary(['orders.csv', ...QUICK]);
    expect(status).toBe(0);
    expect(ours(sandbox.truth())).toHaveLength(3);
  });

  it('if no answer ever came, and an order that bears our reference tells where serial numbers are shown', async () => {
    const sandbox = await sandboxForTest({
      reference: 'list',
      listSerial: 'masked',
      faults: [
        { kind: 'reset', share: 1, when: 'after', times: 2 },
        { kind: 'reset', share: 1, when: 'before', times: 1 },
      ],
    });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const foreign = sandbox.placed(1).then(() => sandbox.placeForeign({}));
    const { status } = await place.summary(['orders.csv', ...QUICK, '--canary', '0']);
    await foreign;
    expect(status).toBe(0);
    expect(ours(sandbox.truth())).toHaveLength(3);
    expect(contradictions(place.results('orders.results.csv'), ours(sandbox.truth()))).toEqual([]);
  });

  it('of rows with the user’s own long numbers, which the portal shows cut', async () => {
    const sandbox = await sandboxForTest({
      reference: 'list',
      referenceForm: { cutTo: 20 },
      faults: [LOSE_SOME],
    });
    const place = workplace(sandbox);
    place.write('orders.csv', withNumbers(12));
    const { status } = await place.summary(['orders.csv', ...QUICK]);
    expect(status).toBe(0);
    expect(ours(sandbox.truth())).toHaveLength(12);
  });
});

describe('a lost ledger orders nothing again', () => {
  const LOST: readonly (readonly [string, SandboxOptions, 'adopted' | 'refused'])[] = [
    ['without a reference', {}, 'refused'],
    [
      'with the reference in the details and a masked list',
      { reference: 'details', listSerial: 'masked' },
      'adopted',
    ],
    [
      'with the reference in the details and the product’s number in the list',
      { reference: 'details', listSerial: 'product' },
      'adopted',
    ],
    [
      'with masked serial numbers and no reference',
      { listSerial: 'masked', detailsSerial: 'masked' },
      'refused',
    ],
    ['with nothing that tells for whom an order is', { detailsSerial: 'product' }, 'refused'],
  ];
  it.each(LOST)('%s', async (_, shape, outcome) => {
    const sandbox = await sandboxForTest(shape);
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(6));
    await place.summary(['orders.csv', ...QUICK, '--limit', '4', '--ledger', 'first.db']);
    const again = await place.summary(['orders.csv', ...QUICK, '--ledger', 'second.db']);
    expect(again.status).toBe(outcome === 'adopted' ? 0 : 2);
    expect(ours(sandbox.truth())).toHaveLength(outcome === 'adopted' ? 6 : 4);
  });

  it.each([
    ['added', csvOf(4), withNumbers(4)],
    ['removed', withNumbers(4), csvOf(4)],
  ])('also if the column poNumber was %s since', async (_, before, after) => {
    const sandbox = await sandboxForTest({ reference: 'list' });
    const place = workplace(sandbox);
    place.write('orders.csv', before);
    await place.summary(['orders.csv', ...QUICK, '--ledger', 'first.db']);
    place.write('orders.csv', after);
    const again = await place.summary(['orders.csv', ...QUICK, '--ledger', 'second.db']);
    expect(again).toMatchObject({ status: 2, summary: { sent: 0 } });
    expect(ours(sandbox.truth())).toHaveLength(4);
  });
});

describe('the orders of others', () => {
  it.each(['500', '403', 'html', 'empty'] as const)(
    'one of them whose details cannot be read (%s) is reported by its number and stops nothing',
    async (how) => {
      const sandbox = await sandboxForTest({ failingDetails: { how, share: 1, foreignOnly: true } });
      const foreign = sandbox.placeForeign({});
      const place = workplace(sandbox);
      place.write('orders.csv', csvOf(2));
      const { status, stderr } = await place.summary(['orders.csv', ...QUICK]);
      expect(status).toBe(0);
      expect(stderr.split(foreign.orderNo)).toHaveLength(2);
    },
  );

  it('for a PBX of the file that come in while the run goes on keep its row from being sent', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 60 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(12));
    const running = place.start(['orders.csv', ...QUICK, '--concurrency', '1', '--json']);
    await running.says('orders to place');
    // A lost answer makes the run look at the portal again.
    sandbox.setFaults([LOSE_FIRST]);
    sandbox.placeForeign({ productNo: serialNumberOf(11) });
    const { status, stderr } = await running.ended;
    expect(stderr).toContain(serialNumberOf(11));
    expect(status).toBe(1);
    // The truth is what this program ordered: the colleague's order is not in it.
    expect(ours(sandbox.truth()).map(({ productNo }) => productNo)).not.toContain(serialNumberOf(11));
  });

  it('are read with a line of progress if that takes long', async () => {
    const sandbox = await sandboxForTest({ older: { count: 120 }, latencyMs: 120 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(1));
    const { status, stderr } = await place.summary(['orders.csv', ...QUICK]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/Reading older orders: \d+ of 1\d\d\./);
  });
});

describe('a portal that does not let its orders be listed', () => {
  it.each([403, 404] as const)(
    '(%s) is exit 2 with the option as the remedy, and usable with it',
    async (listRefused) => {
      const sandbox = await sandboxForTest({ listRefused, faults: [{ ...LOSE_FIRST, when: 'after' }] });
      const place = workplace(sandbox);
      place.write('orders.csv', csvOf(3));
      const refused = await place.run(['orders.csv', ...QUICK]);
      expect(refused.status).toBe(2);
      expect(refused.stderr).toContain('--without-order-list');
      expect(sandbox.truth()).toHaveLength(0);
      const options = ['--without-order-list', '--canary', '0'];
      const placed = await place.summary(['orders.csv', ...QUICK, ...options]);
      expect(placed).toMatchObject({ status: 4, summary: { counts: { succeeded: 2, in_doubt: 1 } } });
      expect(placed.stderr).toContain('stays in doubt');
      const again = await place.summary(['orders.csv', ...QUICK, ...options]);
      expect(again.status).toBe(4);
      expect(sandbox.truth()).toHaveLength(3);
    },
  );
});
