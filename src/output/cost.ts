import type { Ledger } from '../ledger/ledger.js';
import type { RunKey } from '../ledger/schema.js';
import { sumOf } from '../portal/prices.js';
import type { Counts } from './counts.js';
import { counted } from './labelled.js';
import { sayAmount } from './price.js';

/** What orders cost, by currency. */
export interface Cost {
  readonly orders: number;
  readonly totals: readonly { readonly amount: string; readonly currency?: string }[];
}

/** What the orders of the file cost, as far as their details have shown it. */
export async function costOf(ledger: Ledger, run: RunKey): Promise<Cost | undefined> {
  const costs = (await ledger.read.anyAmount()) ? await ledger.read.costs(run) : [];
  if (costs.length === 0) return undefined;
  const currencies = [...new Set(costs.map(({ currency }) => currency))];
  const totals = currencies.map((currency) => ({
    amount: sumOf(
      costs
        .filter((cost) => cost.currency === currency)
        .map(({ amount, orders }) => ({ amount, times: Number(orders) })),
    ),
    ...(currency === null ? {} : { currency }),
  }));
  return { orders: costs.reduce((sum, { orders }) => sum + Number(orders), 0), totals };
}

export function sayCost(
  { orders, totals }: Cost,
  { succeeded, pending }: Pick<Counts, 'succeeded' | 'pending'>,
): string {
  const all = succeeded + pending;
  const of = orders === all ? counted(orders, 'order') : `${orders} of ${counted(all, 'order')}`;
  return `${totals.map(sayAmount).join(' and ')} for ${of}, as the portal shows them`;
}
