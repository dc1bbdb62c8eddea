import { isLosslessNumber, LosslessNumber, parse } from 'lossless-json';
import { productOf, type SandboxPlan, type SandboxProduct } from './catalog.js';
import { type Answer, invalidField, refusal, success } from './envelope.js';
import type { Query } from './page-answer.js';

export const PRICE_FORMS = ['whole', 'details', 'list', 'strange', 'refused'] as const;
/** `whole`: list and final; `details`: what an order cost is in its details, too; `list`: no final price; `strange`: under names that nobody knows; `refused`: neither. */
export type PriceForm = (typeof PRICE_FORMS)[number];

/** What a partner pays of the list price, in percent: the final price is another one. */
const PARTNER_PERCENT = 90;

/** Cents as a decimal number. */
export const money = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

const priceOf = (plan: SandboxPlan, billingCycle: unknown): number | undefined =>
  billingCycle === 'monthly' ? plan.monthly : plan.annually;

/** What an order costs, in cents. */
export const costOf = (plan: SandboxPlan, billingCycle: unknown, multiCycle: number): number =>
  Math.round(((priceOf(plan, billingCycle) ?? 0) * Math.max(1, multiCycle) * PARTNER_PERCENT) / 100);

const refused = (): Answer => refusal(403, 'permission_denied', 'The client may not see prices.');

/** `GET my_price_info` (developer guide); the fields of its items are an assumption. */
export function listPrices({ productId, billingCycle }: Query, form: PriceForm): Answer {
  const product = productOf(productId);
  if (product === undefined) return invalidField('productId', 'oneof');
  if (!['once', 'annually', 'monthly'].includes(String(billingCycle)))
    return invalidField('billingCycle', 'oneof');
  if (form === 'refused') return refused();
  const planList = product.plans.flatMap((plan) => {
    const cents = priceOf(plan, billingCycle);
    if (cents === undefined) return [];
    const { planId, planName, pricingId } = plan;
    const price = form === 'strange' ? { fee: { value: money(cents) } } : { price: money(cents) };
    return [{ planId, planName, pricingId, billingCycle, ...price, currencyCode: 'USD' }];
  });
  return success({ offeringId: '3048918719332400001', planList, serviceList: [] });
}

/** `POST pricing/calculate` (developer guide); places nothing. What it wants beside the pricing id is an assumption. */
export function finalPrice(body: unknown, form: PriceForm): Answer {
  const parsed = parsedBody(body);
  const product: SandboxProduct | undefined = productOf(digits(parsed?.['productId']));
  if (parsed === undefined || product === undefined) return invalidField('productId', 'oneof');
  if (form === 'refused' || form === 'list') return refused();
  const services = parsed['serviceList'];
  const service = Array.isArray(services) ? (services[0] as Record<string, unknown>) : undefined;
  const plan = product.plans.find(({ pricingId }) => pricingId === digits(service?.['pricingId']));
  if (service === undefined || plan === undefined) return invalidField('serviceList[0].pricingId', 'exists');
  const years = Number(digits(service['multiCycle']) ?? Number.NaN);
  if (!Number.isInteger(years)) return invalidField('serviceList[0].multiCycle', 'required');
  const cents = costOf(plan, service['billingCycle'], years);
  if (form === 'strange') return success({ sum: { value: money(cents) }, unit: 'USD' });
  const list = (priceOf(plan, service['billingCycle']) ?? 0) * Math.max(1, years);
  // Bare JSON numbers with their decimals: not one may be lost.
  const bare = (amount: number): LosslessNumber => new LosslessNumber(money(amount));
  return success({ currencyCode: 'USD', originalPrice: bare(list), finalPrice: bare(cents) });
}

function parsedBody(body: unknown): Record<string, unknown> | undefined {
  try {
    const parsed = parse(typeof body === 'string' ? body : '');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const digits = (value: unknown): string | undefined =>
  isLosslessNumber(value) ? value.toString() : undefined;
