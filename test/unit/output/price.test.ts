import { expect, it } from 'vitest';
import {
  lastPrice,
  overLimit,
  type PlanPrice,
  sayAll,
  sayEach,
  sayPrice,
  totalPrice,
} from '../../../src/output/price.js';

const YEAR = { billingCycle: 'annually', multiCycle: 1 } as const;
const pro = (more: Partial<PlanPrice> = {}): PlanPrice => ({
  planId: '1',
  plan: 'Pro',
  ...YEAR,
  orders: 3,
  price: '108.10',
  currency: 'USD',
  kind: 'final',
  ...more,
});
const unknown: PlanPrice = { planId: '2', plan: 'Free', ...YEAR, orders: 2 };

it('all prices in one currency have a total, exact to the last digit', () => {
  const price = totalPrice([pro(), pro({ planId: '3', multiCycle: 2, orders: 1, price: '0.2' })], []);
  expect(price).toMatchObject({ orders: 4, priced: 4, total: '324.50', currency: 'USD', kind: 'final' });
  expect(sayPrice(price)).toEqual(['324.50 USD for 4 orders, final price']);
  expect(sayEach(price, '1', YEAR)).toBe('108.10 USD');
  expect(sayAll(price, '1', YEAR)).toBe('324.30 USD');
  expect(sayEach(price, '1', { billingCycle: 'monthly', multiCycle: 0 })).toBe('');
});

it.each([
  [[pro({ kind: 'list' })], 'list', /, list price: /],
  [[pro(), pro({ planId: '3', kind: 'list' })], 'mixed', /, partly list price: /],
] as const)('list prices are marked as such', (plans, kind, said) => {
  const price = totalPrice(plans, []);
  expect(price.kind).toBe(kind);
  expect(sayPrice(price)[0]).toMatch(said);
});

it('a price that is not known leaves no total, and is said with the reason', () => {
  const price = totalPrice([pro(), unknown], ['The portal refuses it.']);
  expect(price).not.toHaveProperty('total');
  expect(sayPrice(price)).toEqual([
    '324.30 USD for 3 orders, final price',
    'not known for 2 orders',
    'The portal refuses it.',
  ]);
});

it.each([
  ['the orders cost as much', [pro()], '324.30', undefined],
  ['they cost a cent more', [pro()], '324.29', /^3 orders would cost 324\.30 USD$/],
  ['one price is not known', [pro(), unknown], '1000000', /^the price of 2 of 5 orders is not known: why$/],
  ['no price is known', [unknown], '1', /not known/],
  [
    'there are two currencies',
    [pro(), pro({ currency: 'EUR' })],
    '1000000',
    /several currencies: 324\.30 USD and 324\.30 EUR/,
  ],
  ['there is no order', [], '0', undefined],
] as const)('a limit of money, if %s', (_, plans, limit, why) => {
  const over = overLimit(totalPrice(plans, ['why']), limit);
  if (why === undefined) expect(over).toBeUndefined();
  else expect(over).toMatch(why);
});

it('a report shows the price of the run that placed orders, not of a later dry run', () => {
  const [first, second] = [totalPrice([pro()], []), totalPrice([], [])];
  const run = (price: unknown, sent: number | null) => ({ price: JSON.stringify(price), sent });
  expect(lastPrice([run(first, 3), run(second, 0)])).toEqual(first);
  expect(lastPrice([{ price: null, sent: 3 }])).toBeUndefined();
});
