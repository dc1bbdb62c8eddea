/** The operations on plans that can be ordered, with the `purchaseType` that goes with each (tutorials). */
export const PURCHASE_TYPES = {
  switch_plan: 'switch',
  purchase_plan: 'purchase',
  renew_plan: 'renew',
} as const;

/** The order's `operationType`. */
export type Operation = keyof typeof PURCHASE_TYPES;

export const OPERATIONS = Object.keys(PURCHASE_TYPES) as [Operation, ...Operation[]];
