import { cycleOfRow, sayUnusualCycle } from '../common/billing-cycle.js';
import { sayWait } from '../common/duration.js';
import type { Reference } from '../common/ids.js';
import { someOf } from '../common/sentence.js';
import type { Ledger } from '../ledger/ledger.js';
import type { OrderRow, RunKey } from '../ledger/schema.js';
import type { Names } from '../resolve/names.js';
import type { Counts } from './counts.js';
import { counted, labelled } from './labelled.js';
import { type OrderGroup, orderGroups, type PlanGroup } from './order-groups.js';
import { type BatchPrice, sayEach, sayPrice } from './price.js';

export interface OverviewFacts {
  readonly file: string;
  readonly job: string;
  /** Columns of the file that are carried through, not read. */
  readonly unusedColumns: readonly string[];
  readonly portal: string;
  readonly sandbox: boolean;
  readonly counts: Counts;
  readonly limit: number | undefined;
  /** Whether rows in doubt that the portal does not show are sent again. */
  readonly resends: boolean;
  readonly concurrency: number;
  readonly rate: number | undefined;
  /** What the orders cost; absent: there are none to place. */
  readonly price: BatchPrice | undefined;
  /** In a dry run: what travels in an order's `poNumber`; the first orders are then shown as they would leave. */
  readonly referenceOf: ((row: OrderRow) => Reference | null) | undefined;
}

/** Plans or contacts listed at most; a batch with more is summed up. */
const LISTED = 5;
/** Orders that a dry run shows. */
const SHOWN = 3;

/** What a run is about to do, in a few lines, before anything is sent. */
export async function overview(
  ledger: Ledger,
  run: RunKey,
  names: Names,
  facts: OverviewFacts,
): Promise<string> {
  const { counts } = facts;
  const { byPlan, byContact } = await orderGroups(ledger, run, names);
  const withPrice = (plan: PlanGroup): OrderGroup => {
    const each = sayEach(facts.price, plan.id, plan.cycle);
    return each === '' ? plan : { ...plan, name: `${plan.name}, ${each} each` };
  };
  const { now, resent } = ordersToPlace(counts, facts.limit, facts.resends);
  const done = [
    counts.succeeded > 0 ? `${counts.succeeded} ordered already` : '',
    counts.pending > 0 ? `${counts.pending} pending, asked about again` : '',
    counts.in_doubt > 0 ? `${counts.in_doubt} in doubt, looked up first` : '',
    counts.failed > 0 ? `${counts.failed} failed, sent again` : '',
    counts.invalid > 0 ? `${counts.invalid} invalid, left out` : '',
  ].filter(Boolean);
  const lines = [
    labelled('Batch', `${run.batch} (job ${facts.job}, run ${run.runNo})`),
    labelled('File', `${facts.file}, ${counted(counts.total, 'row')}`),
    labelled('Portal', facts.sandbox ? 'SANDBOX, no real order is placed' : facts.portal),
  ];
  if (byPlan.length > 0)
    lines.push(labelled('Plans', ...list(byPlan.map(withPrice))), labelled('Billing', ...list(byContact)));
  if (facts.unusedColumns.length > 0)
    lines.push(
      labelled('Unused', `${someOf(facts.unusedColumns, LISTED)}: not read, only copied to the results`),
    );
  if (done.length > 0) lines.push(labelled('Before', ...done));
  const pace = `${facts.concurrency} at a time${sayRate(now + resent, facts.rate)}`;
  lines.push(labelled('Now', ...sayNow(now, resent, pace)));
  if (facts.price !== undefined && facts.price.orders > 0)
    lines.push(labelled('Price', ...sayPrice(facts.price)));
  if (facts.referenceOf !== undefined) {
    const first = await ledger.read.queue(run, 'new', -1);
    const shown = first.slice(0, SHOWN).flatMap((row) => {
      const reference = facts.referenceOf?.(row);
      return [
        `${row.serial_number}  ${names.planName(row.plan_id)}${sayUnusualCycle(cycleOfRow(row))}`,
        `  ${reference == null ? 'without a reference' : `as ${reference}`}, billed to ${names.billingContactName(row.billing_contact_id)}`,
      ];
    });
    if (shown.length > 0) lines.push(labelled('First', ...shown));
  }
  return lines.join('\n');
}

/** How many orders a run places, and how many more it may place for rows in doubt that the portal does not show. Pure. */
export function ordersToPlace(
  counts: Counts,
  limit: number | undefined,
  resends: boolean,
): { readonly now: number; readonly resent: number } {
  const waiting = counts.not_sent + counts.failed;
  const now = Math.min(waiting, limit ?? waiting);
  return { now, resent: resends ? Math.min(counts.in_doubt, (limit ?? Number.POSITIVE_INFINITY) - now) : 0 };
}

/** What the user is asked before the first order. Pure. */
export function sayQuestion(now: number, resent: number, portal: string, sandbox: boolean): string {
  const noun = sandbox ? 'simulated order' : 'order';
  const orders = `${resent > 0 ? 'up to ' : ''}${counted(now + resent, noun)}`;
  return `Place ${orders}${sandbox ? '' : ` at ${new URL(portal).host}`}?`;
}

function sayNow(now: number, resent: number, pace: string): string[] {
  const doubtful = 'for rows in doubt, if the portal does not show their orders';
  if (now === 0) return [resent > 0 ? `up to ${counted(resent, 'order')}, ${doubtful}` : 'no order to place'];
  const orders = `${counted(now, 'order')} to place, ${pace}`;
  return resent > 0 ? [orders, `and up to ${resent} ${doubtful}`] : [orders];
}

function list(groups: readonly OrderGroup[]): string[] {
  const lines = groups.slice(0, LISTED).map(({ name, orders }) => `${orders} × ${name}`);
  return groups.length > LISTED ? [...lines, `and ${groups.length - LISTED} more`] : lines;
}

function sayRate(orders: number, rate: number | undefined): string {
  if (rate === undefined) return ', as fast as the portal allows';
  return `, at most ${rate} a second: ${sayWait((orders * 1000) / rate)} or more`;
}
