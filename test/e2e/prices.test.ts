import { describe, expect, it } from 'vitest';
import { csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const FILE = `sn,plan,multiCycle,billingContact
A1,Linkus Cloud Service Pro,1,Ada Keller
A2,Linkus Cloud Service Pro,1,Ada Keller
A3,Linkus Cloud Service Pro,3,Ada Keller
A4,Linkus Cloud Service,1,Ada Keller
`;

describe('the price of a batch', () => {
  it('is asked once for each plan, cycle and years, and shown by plan and together', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', FILE);
    const page = place.write('page.md', '');
    const { status, stderr, summary } = await place.summary(['orders.csv', '--dry-run'], {
      GITHUB_STEP_SUMMARY: page,
    });
    expect(status).toBe(0);
    expect(sandbox.stats().requests).toMatchObject({ listPrices: 1, finalPrice: 3 });
    expect(stderr).toContain('2 × Linkus Cloud Service Pro, 216.00 USD each');
    expect(stderr).toContain('1 × Linkus Cloud Service Pro, 3 years, 648.00 USD each');
    expect(stderr).toMatch(/Price {4}1188\.00 USD for 4 orders, final price/);
    expect(summary.price).toMatchObject({
      orders: 4,
      total: '1188.00',
      currency: 'USD',
      kind: 'final',
      byPlan: [
        { plan: 'Linkus Cloud Service Pro', multiCycle: 1, orders: 2, price: '216.00', kind: 'final' },
        {},
        {},
      ],
    });
    expect(place.read('page.md')).toContain('432.00 USD');
    expect(place.read('page.md')).toContain('1188.00 USD for 4 orders');
    expect(sandbox.truth()).toEqual([]);
  });

  it('does not change the plan hash', async () => {
    const [whole, refused] = [await sandboxForTest(), await sandboxForTest({ prices: 'refused' })];
    const hashes: (string | null)[] = [];
    for (const sandbox of [whole, refused]) {
      const place = workplace(sandbox);
      place.write('orders.csv', FILE);
      hashes.push((await place.summary(['orders.csv', '--dry-run'])).summary.plan);
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('is the list price, times the years, if the final one cannot be had', async () => {
    const place = workplace(await sandboxForTest({ prices: 'list' }));
    place.write('orders.csv', FILE);
    const { stderr, summary } = await place.summary(['orders.csv', '--dry-run']);
    expect(summary.price).toMatchObject({ kind: 'list', total: '1320.00' });
    expect(stderr).toContain('1320.00 USD for 4 orders, list price: what is billed may differ');
  });

  it('that is not understood is said to be so, with the fields that came, and the run goes on', async () => {
    const sandbox = await sandboxForTest({ prices: 'strange' });
    const place = workplace(sandbox);
    place.write('orders.csv', FILE);
    const { status, stderr, summary } = await place.summary(['orders.csv']);
    expect(status).toBe(0);
    expect(stderr).toContain('not known for 4 orders');
    expect(stderr).toContain('It has the fields sum, unit, value.');
    expect(summary.price).toMatchObject({ orders: 4, priced: 0 });
    expect(sandbox.truth()).toHaveLength(4);
  });

  it('is that of the orders of this run, with --limit', async () => {
    const place = workplace(await sandboxForTest());
    place.write('orders.csv', FILE);
    const { summary } = await place.summary(['orders.csv', '--dry-run', '--limit', '3']);
    expect(summary.price).toMatchObject({ orders: 3, total: '1080.00' });
  });
});

describe('--max-total', () => {
  it.each([
    ['1187.99', '4 orders would cost 1188.00 USD', {}],
    ['1000000', 'the price of 4 of 4 orders is not known', { prices: 'refused' }],
    ['1000000', 'has no field that is known as a price', { prices: 'strange' }],
  ] as const)('%s refuses before the first order: %s', async (limit, said, shape) => {
    const sandbox = await sandboxForTest(shape);
    const place = workplace(sandbox);
    place.write('orders.csv', FILE);
    const { status, stderr, summary } = await place.summary(['orders.csv', '--max-total', limit]);
    expect(status).toBe(2);
    expect(stderr).toContain(said);
    expect(summary.error).toMatchObject({ code: 'over_max_total' });
    expect(sandbox.truth()).toEqual([]);
  });

  it('lets orders through that cost no more', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', FILE);
    expect((await place.run(['orders.csv', '--max-total', '1188'])).status).toBe(0);
    expect(sandbox.truth()).toHaveLength(4);
    // Nothing is left to be placed.
    expect((await place.run(['orders.csv', '--max-total', '0'])).status).toBe(0);
  });
});

describe('what orders cost', () => {
  it('is in the results and in the summary, where the details of orders show it', async () => {
    const sandbox = await sandboxForTest({ prices: 'details' });
    const place = workplace(sandbox);
    place.write('orders.csv', FILE);
    const { summary } = await place.summary(['orders.csv']);
    expect(summary.cost).toEqual({ orders: 4, totals: [{ amount: '1188.00', currency: 'USD' }] });
    expect(
      place.results('orders.results.csv').map(({ amount, currency }) => `${amount} ${currency}`),
    ).toEqual(['216.00 USD', '216.00 USD', '648.00 USD', '108.00 USD']);
    const text = await place.run(['orders.csv']);
    expect(text.stdout).toMatch(/Cost {5}1188\.00 USD for 4 orders, as the portal shows them/);
    await place.run(['report', 'orders', '--out', 'report.html']);
    expect(place.read('report.html')).toContain(
      'Asked before the first order: 1188.00 USD for 4 orders, final price',
    );
    expect(place.read('report.html')).toContain(
      'The orders cost 1188.00 USD for 4 orders, as the portal shows them.',
    );
  });

  it('is not asked about where the details of the first order do not show it', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(20));
    const { summary } = await place.summary(['orders.csv']);
    expect(summary).not.toHaveProperty('cost');
    expect(sandbox.stats().requests['details']).toBeLessThan(5);
  });
});
