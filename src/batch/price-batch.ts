import pLimit from 'p-limit';
import { cycleOfRow, type OrderedCycle, sayCycle } from '../common/billing-cycle.js';
import type { BillingContactId, PlanId, SerialNumber } from '../common/ids.js';
import type { Job } from '../job/define.js';
import { eachRow } from '../ledger/each-row.js';
import type { Ledger } from '../ledger/ledger.js';
import type { OrderRow, RunKey } from '../ledger/schema.js';
import { type BatchPrice, type PlanPrice, totalPrice } from '../output/price.js';
import type { Portal } from '../portal/portal.js';
import { type Amount, sumOf } from '../portal/prices.js';
import type { Names } from '../resolve/names.js';
import { type Known, listPricesOf, understood } from './list-prices.js';

/** Orders with one price: of the same plan and cycle. One of their rows stands for all. */
interface Terms {
  readonly planId: PlanId;
  readonly cycle: OrderedCycle;
  readonly serialNumber: SerialNumber;
  readonly billingContactId: BillingContactId;
  orders: number;
}

interface Pricing {
  readonly ledger: Ledger;
  readonly run: RunKey;
  readonly job: Job;
  readonly names: Names;
  readonly portal: Pick<Portal, 'listPrices' | 'finalPrice'>;
  /** Orders of this run at most. */
  readonly limit: number | undefined;
  /** Rows in doubt may be sent again. */
  readonly resends: boolean;
  readonly concurrency: number;
}

/**
 * Asks what the orders of a run cost, before the first one: the list prices once for each billing cycle, the final price
 * once for each plan, cycle and number of years. Nothing that goes wrong here stops a run.
 */
export async function priceBatch(pricing: Pricing): Promise<BatchPrice> {
  const { job, names, portal, concurrency } = pricing;
  const terms = await termsOf(pricing);
  const reasons = new Set<string>();
  const cycles = [...new Set(terms.map(({ cycle }) => cycle.billingCycle))];
  const lists = new Map(
    await Promise.all(
      cycles.map(async (cycle) => [cycle, await listPricesOf(portal, job.productId, cycle)] as const),
    ),
  );
  const note = <T>(known: Known<T> | undefined): T | undefined => {
    if (known !== undefined && 'why' in known) reasons.add(known.why);
    return known !== undefined && 'found' in known ? known.found : undefined;
  };
  const finalOf = async ({ cycle, ...row }: Terms): Promise<Amount | undefined> => {
    const pricingId = names.pricingId(row.planId);
    if (pricingId === undefined) {
      reasons.add('The portal names no pricing id for the plans, so no final price can be asked for.');
      return undefined;
    }
    return note(
      await understood(
        () => portal.finalPrice(job.order({ ...row, ...cycle }), pricingId),
        'calculated price',
      ),
    );
  };
  const price = async (one: Terms): Promise<PlanPrice> => {
    const { planId, cycle, orders } = one;
    const about = { planId, plan: names.planName(planId), ...cycle, orders };
    const final = await finalOf(one);
    const list = final === undefined ? listPrice(note(lists.get(cycle.billingCycle)), one) : undefined;
    const found = final ?? list;
    if (found === undefined) return about;
    const { amount, currency } = found;
    const kind = final === undefined ? 'list' : 'final';
    return { ...about, price: amount, ...(currency === undefined ? {} : { currency }), kind };
  };
  const byPlan = await pLimit(concurrency).map(terms, price);
  return totalPrice(byPlan, [...reasons]);
}

/** A list price is that of one year, or of one month. */
function listPrice(
  prices: ReadonlyMap<string, Amount> | undefined,
  { planId, cycle }: Terms,
): Amount | undefined {
  const found = prices?.get(planId);
  if (found === undefined) return undefined;
  return { ...found, amount: sumOf([{ amount: found.amount, times: Math.max(1, cycle.multiCycle) }]) };
}

/** What a run may order, by what it costs; the largest group first. */
async function termsOf({ ledger, run, limit, resends }: Pricing): Promise<Terms[]> {
  const found = new Map<string, Terms>();
  const add = (row: Priced, orders: number): void => {
    const cycle = cycleOfRow(row);
    const key = `${row.plan_id} ${sayCycle(cycle)}`;
    const known = found.get(key);
    if (known !== undefined) known.orders += orders;
    else {
      const { plan_id: planId, serial_number: serialNumber, billing_contact_id: billingContactId } = row;
      found.set(key, { planId, cycle, serialNumber, billingContactId, orders });
    }
  };
  if (limit === undefined) {
    const statuses = ['not_sent', 'failed', ...(resends ? ['in_doubt'] : [])];
    for (const group of await ledger.read.breakdown(run)) {
      if (statuses.includes(group.status))
        add({ ...group, serial_number: group.example }, Number(group.rows));
    }
  } else {
    let left = limit;
    for await (const row of rowsToSend(ledger, run, resends)) {
      if (left-- <= 0) break;
      add(row, 1);
    }
  }
  return [...found.values()].sort((a, b) => b.orders - a.orders);
}

type Priced = Pick<
  OrderRow,
  'plan_id' | 'billing_contact_id' | 'billing_cycle' | 'multi_cycle' | 'serial_number'
>;

/** In the order in which a run takes them. */
async function* rowsToSend(ledger: Ledger, run: RunKey, resends: boolean): AsyncGenerator<OrderRow> {
  for (const kind of ['new', 'failed-before'] as const) {
    for (let after = -1; ; ) {
      const rows = await ledger.read.queue(run, kind, after);
      const last = rows.at(-1);
      if (last === undefined) break;
      yield* rows;
      after = last.position;
    }
  }
  if (resends) yield* eachRow(ledger, run.batch, 'in_doubt', run.runNo);
}
