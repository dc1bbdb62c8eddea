import Big from 'big.js';
import { isLosslessNumber } from 'lossless-json';
import { plainText } from '../common/plain-text.js';

/**
 * What the portal's prices are called. The vendor's documents do not tell the names of these fields, so each name here is
 * an assumption: this is the one place to add another. The first that is found counts, compared without case.
 */
const LIST_PRICE_KEYS = [
  'price',
  'unitPrice',
  'myPrice',
  'salePrice',
  'partnerPrice',
  'listPrice',
  'originalPrice',
  'amount',
];
const FINAL_PRICE_KEYS = [
  'finalPrice',
  'finalAmount',
  'payableAmount',
  'payAmount',
  'actualAmount',
  'totalPrice',
  'totalAmount',
  'orderAmount',
  'total',
  'amount',
  'price',
];
const CURRENCY_KEYS = ['currencyCode', 'currency', 'currencyType'];
const PLAN_KEYS = ['planId', 'serviceId'];

/** A sum of money. It never passes through a JavaScript number. */
export interface Amount {
  /** A decimal number as the portal writes it, such as `108.00`. */
  readonly amount: string;
  readonly currency: string | undefined;
}

/** What an answer said, or which fields it had, if none was one that is known. */
export type Read<T> = { readonly found: T } | { readonly notUnderstood: readonly string[] };

/** The list prices of one billing cycle in the result of `my_price_info`, by plan id. */
export function readListPrices(result: unknown, billingCycle: string): Read<ReadonlyMap<string, Amount>> {
  const prices = new Map<string, Amount>();
  const currency = currencyIn(result);
  for (const item of objectsIn(result)) {
    const planId = PLAN_KEYS.map((key) => textAt(item, key)).find((text) => /^\d{1,19}$/.test(text ?? ''));
    const cycle = textAt(item, 'billingCycle')?.toLowerCase() ?? billingCycle;
    if (cycle !== billingCycle) continue;
    const amount = objectsIn(item)
      .map((inner) => amountAt(inner, LIST_PRICE_KEYS))
      .find((found) => found !== undefined);
    if (planId === undefined || amount === undefined || prices.has(planId)) continue;
    prices.set(planId, { amount, currency: currencyIn(item) ?? currency });
  }
  return prices.size > 0 ? { found: prices } : { notUnderstood: keysOf(result) };
}

/** The price in the result of `pricing/calculate`: what stands nearest to its top. */
export function readFinalPrice(result: unknown): Read<Amount> {
  for (const item of objectsIn(result)) {
    const amount = amountAt(item, FINAL_PRICE_KEYS);
    if (amount !== undefined) return { found: { amount, currency: currencyIn(item) ?? currencyIn(result) } };
  }
  return { notUnderstood: keysOf(result) };
}

/** What an order cost, in the `orderSummary` of its details (developer guide; its fields are an assumption). */
export function readOrderAmount(details: unknown): Amount | undefined {
  const summary = valueAt(details, 'orderSummary');
  const read = readFinalPrice(summary ?? null);
  if (!('found' in read)) return undefined;
  return { ...read.found, currency: read.found.currency ?? currencyIn(details) };
}

const MAX_DEPTH = 6;
type Fields = Readonly<Record<string, unknown>>;

/** Every object in a JSON value, those nearest to the top first. */
function objectsIn(value: unknown): Fields[] {
  const found: Fields[] = [];
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const objects = level.flatMap((item) => (Array.isArray(item) ? item : [item])).filter(isFields);
    found.push(...objects);
    level = objects.flatMap((item) => Object.values(item));
  }
  return found;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);

function valueAt(value: unknown, key: string): unknown {
  if (!isFields(value)) return undefined;
  const name = Object.keys(value).find((other) => other.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : value[name];
}

function textAt(item: Fields, key: string): string | undefined {
  const value = valueAt(item, key);
  const text = isLosslessNumber(value) ? value.toString() : value;
  return typeof text === 'string' && text.trim() !== '' ? plainText(text).trim() : undefined;
}

/** Only what is plainly a sum: digits, and a point before decimals. */
const amountAt = (item: Fields, keys: readonly string[]): string | undefined =>
  keys
    .map((key) => textAt(item, key))
    .find((text) => text !== undefined && /^\d{1,15}(\.\d{1,8})?$/.test(text));

function currencyIn(value: unknown): string | undefined {
  for (const item of objectsIn(value)) {
    const currency = CURRENCY_KEYS.map((key) => textAt(item, key)).find((text) => text !== undefined);
    if (currency !== undefined && /^[A-Za-z]{3}$/.test(currency)) return currency.toUpperCase();
  }
  return undefined;
}

/** Fields named in a message. */
const NAMED = 20;

const keysOf = (value: unknown): readonly string[] =>
  [...new Set(objectsIn(value).flatMap((item) => Object.keys(item).map(plainText)))].slice(0, NAMED);

/** The sum of amounts, each taken so many times; with as many decimals as the longest of them. */
export function sumOf(amounts: readonly { readonly amount: string; readonly times: number }[]): string {
  const decimals = Math.max(0, ...amounts.map(({ amount }) => (amount.split('.')[1] ?? '').length));
  return amounts
    .reduce((sum, { amount, times }) => sum.plus(new Big(amount).times(times)), new Big(0))
    .toFixed(decimals);
}

/** Whether a sum is greater than a limit. */
export const exceeds = (amount: string, limit: string): boolean => new Big(amount).gt(limit);
