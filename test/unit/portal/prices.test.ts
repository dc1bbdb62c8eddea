import { describe, expect, it } from 'vitest';
import { fromJson } from '../../../src/portal/json.js';
import {
  exceeds,
  readFinalPrice,
  readListPrices,
  readOrderAmount,
  sumOf,
} from '../../../src/portal/prices.js';

const json = (value: string): unknown => fromJson(value);
const PLAN = '3048918719332507702';

describe('a list price is read', () => {
  it.each([
    ['as text', `{"planList":[{"planId":"${PLAN}","price":"108.50","currencyCode":"usd"}]}`],
    [
      'as a bare number, digit for digit',
      `{"planList":[{"planId":${PLAN},"price":108.50,"currency":"USD"}]}`,
    ],
    [
      'inside an object of its own',
      `{"plans":[{"planId":"${PLAN}","price":{"amount":"108.50"},"currency":"USD"}]}`,
    ],
    [
      'with the currency at the top',
      `{"currencyCode":"USD","planList":[{"planId":"${PLAN}","unitPrice":108.50}]}`,
    ],
    [
      'for the cycle that was asked for',
      `[{"planId":"${PLAN}","billingCycle":"monthly","price":9},{"planId":"${PLAN}","billingCycle":"annually","price":108.50,"currency":"USD"}]`,
    ],
  ])('%s', (_, text) => {
    const read = readListPrices(json(text), 'annually');
    expect('found' in read && [...read.found]).toEqual([[PLAN, { amount: '108.50', currency: 'USD' }]]);
  });
});

it.each([
  ['{"currencyCode":"USD","originalPrice":120.00,"finalPrice":108.00}', '108.00', 'USD'],
  ['{"order":{"totalAmount":"1000000000000.10","currency":"RMB"}}', '1000000000000.10', 'RMB'],
  ['{"finalPrice":0.1}', '0.1', undefined],
  ['{"total":5,"items":[{"price":3}]}', '5', undefined],
])('a final price %s is %s', (text, amount, currency) => {
  expect(readFinalPrice(json(text))).toEqual({ found: { amount, currency } });
});

it.each([
  ['{"sum":{"value":"108.00"},"unit":"USD"}', ['sum', 'unit', 'value']],
  ['{"finalPrice":"1,080.00"}', ['finalPrice']],
  ['{"finalPrice":-5}', ['finalPrice']],
  ['{"finalPrice":1e3}', ['finalPrice']],
  ['{"finalPrice":"on request"}', ['finalPrice']],
  ['null', []],
  ['"108.00"', []],
])('what is not plainly a price, %s, is not understood, and its fields are told', (text, keys) => {
  expect(readFinalPrice(json(text))).toEqual({ notUnderstood: keys });
});

it('what an order cost is read in its summary alone', () => {
  const details =
    '{"basicInformation":{"price":"1"},"orderSummary":{"totalAmount":"216.00","currencyCode":"USD"}}';
  expect(readOrderAmount(json(details))).toEqual({ amount: '216.00', currency: 'USD' });
  expect(readOrderAmount(json('{"basicInformation":{"price":"1"}}'))).toBeUndefined();
  expect(readOrderAmount(json('{"currencyCode":"RMB","orderSummary":{"totalAmount":"2"}}'))).toEqual({
    amount: '2',
    currency: 'RMB',
  });
});

it('sums are exact: no amount becomes a floating-point number', () => {
  expect(sumOf([{ amount: '0.10', times: 3 }])).toBe('0.30');
  expect(
    sumOf([
      { amount: '0.1', times: 1 },
      { amount: '0.25', times: 1 },
    ]),
  ).toBe('0.35');
  expect(sumOf([{ amount: '999999999999999.99', times: 3000 }])).toBe('2999999999999999970.00');
  expect(sumOf([])).toBe('0');
  expect(exceeds('324000.01', '324000')).toBe(true);
  expect(exceeds('324000.00', '324000')).toBe(false);
});
