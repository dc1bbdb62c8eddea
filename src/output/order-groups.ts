import { cycleOfRow, type OrderedCycle, sayCycle, sayUnusualCycle } from '../common/billing-cycle.js';
import type { Ledger } from '../ledger/ledger.js';
import type { RunKey } from '../ledger/schema.js';
import type { Names } from '../resolve/names.js';

/** Orders that a run may place which have something in common. */
export interface OrderGroup {
  readonly id: string;
  /** The name that the portal gives for the id. */
  readonly name: string;
  readonly orders: number;
}

/** Orders of one plan with one cycle. */
export interface PlanGroup extends OrderGroup {
  readonly cycle: OrderedCycle;
}

/** The rows that a run may send, by plan and cycle and by billing contact; the largest group first. */
export async function orderGroups(
  ledger: Ledger,
  run: RunKey,
  names: Names,
): Promise<{ readonly byPlan: readonly PlanGroup[]; readonly byContact: readonly OrderGroup[] }> {
  const groups = await ledger.read.breakdown(run);
  const open = groups
    .filter(({ status }) => status === 'not_sent' || status === 'failed' || status === 'in_doubt')
    .map((group) => ({ ...group, rows: Number(group.rows) }));
  const byPlan = sums(open, (group) => `${group.plan_id} ${sayCycle(cycleOfRow(group))}`);
  const byContact = sums(open, (group) => group.billing_contact_id);
  return {
    byPlan: byPlan.map(({ group, orders }) => {
      const cycle = cycleOfRow(group);
      const { plan_id: id } = group;
      return { id, name: `${names.planName(id)}${sayUnusualCycle(cycle)}`, orders, cycle };
    }),
    byContact: byContact.map(({ group: { billing_contact_id: id }, orders }) => ({
      id,
      name: names.billingContactName(id),
      orders,
    })),
  };
}

/** The groups that share a key, as one; the largest first. */
function sums<Group extends { readonly rows: number }>(
  groups: readonly Group[],
  keyOf: (group: Group) => string,
): { readonly group: Group; readonly orders: number }[] {
  const found = new Map<string, { group: Group; orders: number }>();
  for (const group of groups) {
    const key = keyOf(group);
    const known = found.get(key);
    if (known === undefined) found.set(key, { group, orders: group.rows });
    else known.orders += group.rows;
  }
  return [...found.values()].sort((a, b) => b.orders - a.orders);
}
