import type { RunConfig } from '../cli/config.js';
import { referenceOf } from '../evidence/reference.js';
import type { OrderRow } from '../ledger/schema.js';
import type { Approval, PricedGroup, RowToApprove } from '../output/approval-page.js';
import { orderGroups, type PlanGroup } from '../output/order-groups.js';
import { ordersToPlace } from '../output/overview.js';
import { type BatchPrice, sayAll, sayPrice } from '../output/price.js';
import type { CheckedBatch } from './check.js';
import type { Concluded } from './summarise.js';

/** Rows that are shown as they would be ordered. */
const SHOWN = 10;

/** What a dry run has to show to the person who approves it. */
export async function approvalOf(
  config: RunConfig,
  portal: string,
  checked: CheckedBatch,
  { summary, next }: Pick<Concluded, 'summary' | 'next'>,
): Promise<Approval> {
  const { context, names } = checked;
  const { ledger, batch, runNo, settings } = context;
  const run = { batch, runNo };
  const waiting = [
    ...(await ledger.read.queue(run, 'new', -1)).slice(0, SHOWN),
    ...(await ledger.read.queue(run, 'failed-before', -1)).slice(0, SHOWN),
  ];
  const rowToApprove = (row: OrderRow): RowToApprove => ({
    sn: row.serial_number,
    plan: names.planName(row.plan_id),
    billingCycle: row.billing_cycle,
    multiCycle: row.multi_cycle,
    billingContact: names.billingContactName(row.billing_contact_id),
    poNumber: referenceOf(batch, settings.useReference, row),
  });
  const { byPlan, byContact } = await orderGroups(ledger, run, names);
  return {
    batch,
    job: context.job.name,
    file: config.fileShown,
    portal,
    sandbox: config.sandbox,
    counts: summary.counts,
    ...ordersToPlace(summary.counts, config.limit, config.onDoubt === 'resend'),
    limit: config.limit,
    byPlan: byPlan.map((plan) => withPrice(plan, summary.price)),
    byContact,
    ...(summary.price === undefined ? {} : { total: sayPrice(summary.price).join('; ') }),
    firstRows: waiting
      .sort((a, b) => a.position - b.position)
      .slice(0, SHOWN)
      .map(rowToApprove),
    findings: checked.findings.found(),
    blocked: checked.blocked,
    plan: checked.plan,
    results: summary.results,
    next,
  };
}

function withPrice(plan: PlanGroup, price: BatchPrice | undefined): PricedGroup {
  const all = sayAll(price, plan.id, plan.cycle);
  return all === '' ? plan : { ...plan, price: all };
}
