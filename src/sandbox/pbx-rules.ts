import { productOf } from './catalog.js';
import { type Answer, refusal } from './envelope.js';
import type { Order } from './order-body.js';
import type { BillingCycle } from './tutorials.js';

/** A PBX of the account. */
export interface SandboxPbx {
  readonly productNo: string;
  readonly productId: string;
  /** The plan in force; absent: none yet. */
  readonly planId?: string;
  readonly billingCycle?: BillingCycle;
  /** Years of the current subscription; 0 with `monthly`. */
  readonly multiCycle?: number;
}

/** What the portal refuses of an order for a PBX, whatever its body; which code it uses is an assumption. */
export function refusedFor(order: Order, pbx: SandboxPbx): Answer | undefined {
  const { planId, operationType = 'switch_plan' } = order;
  const renews = operationType === 'renew_plan';
  if (!renews && planId === pbx.planId) {
    return refusal(400, 'plan_in_force', 'The PBX has this plan already.');
  }
  if (renews && pbx.planId !== undefined && planId !== pbx.planId) {
    return refusal(400, 'plan_not_in_force', 'The PBX has another plan: only that one can be renewed.');
  }
  if (pbx.planId !== undefined && hasFixedCycle(order, pbx) && !hasSameCycle(order, pbx)) {
    return refusal(400, 'cycle_cannot_change', 'The renewal interval of this PBX cannot be changed.');
  }
  return undefined;
}

/** Renewals, and the switches whose tutorials say that the interval cannot change. */
function hasFixedCycle({ operationType = 'switch_plan', planId }: Order, pbx: SandboxPbx): boolean {
  if (operationType === 'renew_plan') return true;
  const plans = productOf(pbx.productId)?.plans ?? [];
  const rank = (id: string | undefined): number => plans.findIndex((plan) => plan.planId === id);
  return operationType === 'switch_plan' && pbx.productId !== '11' && rank(planId) > rank(pbx.planId);
}

const hasSameCycle = (order: Order, pbx: SandboxPbx): boolean =>
  (order.billingCycle ?? 'annually') === (pbx.billingCycle ?? 'annually') &&
  // A renewal may be for more years; a switch keeps the interval.
  (order.operationType === 'renew_plan' || order.multiCycle === (pbx.multiCycle ?? 1));
