import type { OrderedCycle } from '../common/billing-cycle.js';
import { exceeds, sumOf } from '../portal/prices.js';
import { counted } from './labelled.js';

/** `final`: as the portal calculates it for the order; `list`: its list price, times the years. */
export type PriceKind = 'final' | 'list';

/** What the orders of one plan and cycle cost; without a price, why. */
export interface PlanPrice extends OrderedCycle {
  readonly planId: string;
  readonly plan: string;
  /** Orders of it that the run may place. */
  readonly orders: number;
  /** Of one order, a decimal number. */
  readonly price?: string;
  readonly currency?: string;
  readonly kind?: PriceKind;
}

/** What the orders of a run cost, asked before the first one: as scripts read it with --json. */
export interface BatchPrice {
  /** The orders that the run may place, and those of them whose price is known. */
  readonly orders: number;
  readonly priced: number;
  /** The sum of all prices, if each is known and all are in one currency. */
  readonly total?: string;
  readonly currency?: string;
  /** The sum of all known prices, one for each currency. */
  readonly totals: readonly { readonly amount: string; readonly currency?: string }[];
  /** All prices are final, all are list prices, or some of each. */
  readonly kind?: PriceKind | 'mixed';
  readonly byPlan: readonly PlanPrice[];
  /** Why prices are not known, or are list prices only. */
  readonly reasons?: readonly string[];
}

/** Sums prices up. Pure. */
export function totalPrice(byPlan: readonly PlanPrice[], reasons: readonly string[]): BatchPrice {
  const known = byPlan.filter(({ price }) => price !== undefined);
  const currencies = [...new Set(known.map(({ currency }) => currency))];
  const kinds = new Set(known.map(({ kind }) => kind));
  const [kind] = kinds;
  const count = (plans: readonly PlanPrice[]): number => plans.reduce((sum, { orders }) => sum + orders, 0);
  const totals = currencies.map((currency) => ({
    amount: sumOf(
      known
        .filter((plan) => plan.currency === currency)
        .map(({ price = '0', orders }) => ({ amount: price, times: orders })),
    ),
    ...(currency === undefined ? {} : { currency }),
  }));
  const [sum, ...more] = totals;
  const isWhole = sum !== undefined && more.length === 0 && known.length === byPlan.length;
  const { amount: total, ...currency } = sum ?? { amount: '' };
  return {
    orders: count(byPlan),
    priced: count(known),
    ...(isWhole ? { total, ...currency } : {}),
    totals,
    ...(kind === undefined ? {} : { kind: kinds.size > 1 ? 'mixed' : kind }),
    byPlan,
    ...(reasons.length === 0 ? {} : { reasons }),
  };
}

export const sayAmount = ({
  amount,
  currency,
}: {
  readonly amount: string;
  readonly currency?: string;
}): string => (currency === undefined ? amount : `${amount} ${currency}`);

const KINDS = {
  final: 'final price',
  list: 'list price: what is billed may differ',
  mixed: 'partly list price: what is billed may differ',
} as const;

/** What the orders cost together, for a person: the sum, and what has to be said of it. */
export function sayPrice({ orders, priced, totals, kind, reasons = [] }: BatchPrice): readonly string[] {
  const sum = totals.map(sayAmount).join(' and ');
  const missing = orders - priced;
  return [
    ...(kind === undefined ? [] : [`${sum} for ${counted(priced, 'order')}, ${KINDS[kind]}`]),
    ...(missing === 0 ? [] : [`not known for ${counted(missing, 'order')}`]),
    ...reasons,
  ];
}

/** The price of one order of a plan, to be put behind its name; empty if it is not known. */
export const sayEach = (price: BatchPrice | undefined, planId: string, cycle: OrderedCycle): string =>
  sayTimes(priceOf(price, planId, cycle), 1);

/** The price of all orders of a plan; empty if it is not known. */
export function sayAll(price: BatchPrice | undefined, planId: string, cycle: OrderedCycle): string {
  const plan = priceOf(price, planId, cycle);
  return sayTimes(plan, plan?.orders ?? 0);
}

const priceOf = (
  price: BatchPrice | undefined,
  planId: string,
  { billingCycle, multiCycle }: OrderedCycle,
): PlanPrice | undefined =>
  price?.byPlan.find(
    (plan) => plan.planId === planId && plan.billingCycle === billingCycle && plan.multiCycle === multiCycle,
  );

function sayTimes(plan: PlanPrice | undefined, times: number): string {
  if (plan?.price === undefined) return '';
  const amount = sumOf([{ amount: plan.price, times }]);
  return sayAmount({ amount, ...(plan.currency === undefined ? {} : { currency: plan.currency }) });
}

/** Why the orders may not be placed under a limit of money; `undefined`: they may. Pure. */
export function overLimit(price: BatchPrice, limit: string): string | undefined {
  const { orders, priced, totals } = price;
  if (orders === 0) return undefined;
  if (priced < orders)
    return `the price of ${orders - priced} of ${counted(orders, 'order')} is not known: ${(price.reasons ?? []).join(' ')}`.trim();
  const [total, ...more] = totals;
  if (total === undefined || more.length > 0)
    return `the orders are priced in several currencies: ${totals.map(sayAmount).join(' and ')}`;
  return exceeds(total.amount, limit)
    ? `${counted(orders, 'order')} would cost ${sayAmount(total)}`
    : undefined;
}

/** The price that was asked in the last of the runs that placed orders; else in the last that asked. */
export function lastPrice(
  runs: readonly { readonly price: string | null; readonly sent: number | null }[],
): BatchPrice | undefined {
  const asked = runs.filter(({ price }) => price !== null);
  const last = asked.findLast(({ sent }) => (sent ?? 0) > 0) ?? asked.at(-1);
  return last?.price == null ? undefined : (JSON.parse(last.price) as BatchPrice);
}
