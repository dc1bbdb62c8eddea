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

/** The rows that a run may send, by plan and by billing contact; the largest group first. */
export async function orderGroups(
  ledger: Ledger,
  run: RunKey,
  names: Names,
): Promise<{ readonly byPlan: readonly OrderGroup[]; readonly byContact: readonly OrderGroup[] }> {
  const groups = await ledger.read.breakdown(run);
  const open = groups
    .filter(({ status }) => status === 'not_sent' || status === 'failed' || status === 'in_doubt')
    .map((group) => ({ ...group, rows: Number(group.rows) }));
  return {
    byPlan: sums(
      open.map(({ plan_id, rows }) => ({ id: plan_id, rows })),
      names.planName,
    ),
    byContact: sums(
      open.map(({ billing_contact_id, rows }) => ({ id: billing_contact_id, rows })),
      names.billingContactName,
    ),
  };
}

function sums<Id extends string>(
  groups: readonly { readonly id: Id; readonly rows: number }[],
  nameOf: (id: Id) => string,
): OrderGroup[] {
  const orders = new Map<Id, number>();
  for (const { id, rows } of groups) orders.set(id, (orders.get(id) ?? 0) + rows);
  return [...orders]
    .map(([id, count]) => ({ id, name: nameOf(id), orders: count }))
    .sort((a, b) => b.orders - a.orders);
}
