export type BillingCycle = 'annually' | 'monthly';

/** The `purchaseType` that goes with each `operationType` on plans (tutorials). */
export const PURCHASE_TYPES: Readonly<Partial<Record<string, string>>> = {
  switch_plan: 'switch',
  purchase_plan: 'purchase',
  renew_plan: 'renew',
};

type Range = readonly [least: number, most: number];
type Cycles = Readonly<Partial<Record<BillingCycle, Range>>>;

const YEARS: Range = [1, 5];
/** Product 13 may be billed monthly; what `multiCycle` goes with it could not be read: any is taken. */
const UNREAD: Range = [0, 99];

/**
 * What the vendor's tutorials order without services beside the plan, by operation and product, with `multiCycle` by
 * billing cycle. Product 11 has no tutorial page that we could read for 5 years: it is taken.
 */
const TUTORIALS: Readonly<Record<string, Readonly<Record<string, Cycles>>>> = {
  switch_plan: {
    '9': { annually: YEARS },
    '11': { annually: YEARS, monthly: [0, 0] },
    '12': { annually: YEARS },
    '13': { annually: YEARS, monthly: UNREAD },
  },
  purchase_plan: {
    '9': { annually: YEARS },
    '11': { annually: YEARS, monthly: [0, 0] },
  },
  renew_plan: {
    '11': { annually: YEARS, monthly: [0, 0] },
  },
};

/** The least and the most `multiCycle` that may be ordered. */
export function cycleRange(
  operationType: string,
  productId: string | undefined,
  billingCycle: string,
): Range | 'no-such-order' | 'no-such-cycle' {
  const cycles = TUTORIALS[operationType]?.[productId ?? ''];
  if (cycles === undefined) return 'no-such-order';
  return (
    (billingCycle === 'annually' || billingCycle === 'monthly' ? cycles[billingCycle] : undefined) ??
    'no-such-cycle'
  );
}
