/** How often a subscription is billed (developer guide); `once` is for services alone. */
export const BILLING_CYCLES = ['annually', 'monthly'] as const;
export type BillingCycle = (typeof BILLING_CYCLES)[number];

/** What is ordered of time: `multiCycle` is the years of `annually`, and 0 with `monthly` (tutorials). */
export interface OrderedCycle {
  readonly billingCycle: BillingCycle;
  readonly multiCycle: number;
}

/** For a person: `annually, 1 year`, `monthly`. */
export const sayCycle = ({ billingCycle, multiCycle }: OrderedCycle): string => {
  if (billingCycle === 'annually') return `annually, ${multiCycle} ${multiCycle === 1 ? 'year' : 'years'}`;
  return multiCycle === 0 ? billingCycle : `${billingCycle}, multiCycle ${multiCycle}`;
};

/** The same to be put behind a plan's name: what most orders have, one year, goes without saying. */
export function sayUnusualCycle(cycle: OrderedCycle): string {
  if (cycle.billingCycle !== 'annually') return `, ${sayCycle(cycle)}`;
  return cycle.multiCycle === 1 ? '' : `, ${cycle.multiCycle} years`;
}

/** The cycle of a row of the ledger. */
export const cycleOfRow = (row: {
  readonly billing_cycle: BillingCycle;
  readonly multi_cycle: number;
}): OrderedCycle => ({ billingCycle: row.billing_cycle, multiCycle: row.multi_cycle });
