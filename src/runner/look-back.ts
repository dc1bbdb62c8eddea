import type { Finding } from '../finding.js';
import type { Reference } from '../ids.js';
import type { OrderRow } from '../ledger/schema.js';
import type { ListedOrder } from '../portal/order-list.js';
import { fateOf } from '../portal/outcome.js';
import type { RunContext } from './context.js';
import { best } from './match.js';
import { batchPrefix } from './reference.js';
import { referenceOf } from './send-row.js';

export interface LookBack {
  readonly looked: number;
  readonly adopted: number;
  /** Orders that stand at the portal as cancelled, refunded, failed or invalid: a person decides. */
  readonly findings: readonly Finding[];
  /** True when the portal's list shows no references at all, so that nothing can be recognised. */
  readonly blind: boolean;
  readonly complete: boolean;
}

/**
 * A batch that is new to its ledger may not be new to the portal: the ledger of an earlier run can be lost.
 * Its orders are recognised by their references and adopted in place of being sent again.
 */
export async function lookBack(
  context: Pick<RunContext, 'batch' | 'runNo' | 'settings' | 'ledger' | 'portal' | 'clock'>,
  lookBackMs: number,
): Promise<LookBack> {
  const { batch, runNo, ledger, portal, clock } = context;
  const { orders, complete } = await portal.sweeper.sweep(portal.clock.earliest(clock.now() - lookBackMs));
  const taken = await ledger.read.credited(orders.map((order) => order.orderNo));
  const byReference = new Map<string, ListedOrder[]>();
  for (const order of orders) {
    if (order.reference === undefined || taken.has(order.orderNo)) continue;
    byReference.set(order.reference, [...(byReference.get(order.reference) ?? []), order]);
  }
  const findings: Finding[] = [];
  let adopted = 0;

  const adopt = async (row: OrderRow): Promise<void> => {
    const reference = referenceOf(context, row);
    const named = reference === null ? [] : (byReference.get(reference) ?? []);
    const own = row.own_po_number === null ? named : await withSerialNumber(named, row);
    const order = best(own);
    if (order === undefined || reference === null) return;
    const key = { batch, snKey: row.sn_key };
    const fate = fateOf(order.orderStatus);
    const at = clock.now();
    if (fate !== 'dead') {
      if ((await ledger.record({ move: 'adopt', ...key, fate, order, at, reference })) === 'done') adopted++;
      return;
    }
    const message =
      `an earlier order of this batch for ${row.serial_number} stands at the portal as "${order.orderStatus}" ` +
      `(${order.orderNo}): look at it there. To order again, take the row into a file of its own with another --batch`;
    const reason = { code: `order_${order.orderStatus}`, message };
    await ledger.record({ move: 'bury', ...key, order, reason, at, held: true });
    findings.push({ line: row.line, code: 'order_needs_a_person', message });
  };

  const withSerialNumber = async (named: readonly ListedOrder[], row: OrderRow): Promise<ListedOrder[]> => {
    const own: ListedOrder[] = [];
    for (const order of named) {
      const productNos = order.productNo ?? (await portal.orderDetails(order.orderNo))?.productNos ?? [];
      if ([productNos].flat().some((productNo) => productNo.toUpperCase() === row.sn_key)) own.push(order);
    }
    return own;
  };

  // Without a reference that could be this batch's, or a number of the user's own, no row needs to be read.
  const prefix = `${batchPrefix(batch)}-`;
  const anyOurs = [...byReference.keys()].some((reference) => reference.startsWith(prefix));
  let after: OrderRow['sn_key'] | '' = '';
  while (byReference.size > 0) {
    const rows: OrderRow[] = await ledger.read.bySerialNumber({ batch, runNo }, after);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.sn_key;
    for (const row of rows) {
      const unsent = row.status === 'not_sent' || row.status === 'failed';
      if (unsent && row.held === 0 && (anyOurs || row.own_po_number !== null)) await adopt(row);
    }
  }
  if (complete) await ledger.rememberLookBack(batch);
  return {
    looked: orders.length,
    adopted,
    findings,
    complete,
    blind: orders.length > 0 && byReference.size === 0 && taken.size < orders.length,
  };
}

/** Where the portal shows the reference of an order that was just placed. Asked once a batch. */
export async function learnEcho(
  { portal, clock, stop }: Pick<RunContext, 'portal' | 'clock' | 'stop'>,
  order: { readonly orderNo: ListedOrder['orderNo'] },
  reference: Reference,
): Promise<'list' | 'details' | 'none' | 'unknown'> {
  for (let attempt = 1; attempt <= 5 && !stop.signal.aborted; attempt++) {
    // The list is what lost answers are settled by, so it is asked first; it may show the order late.
    const listed = await listedOrder(portal, order.orderNo);
    if (listed?.reference === reference) return 'list';
    const details = await portal.orderDetails(order.orderNo);
    if (details !== undefined && (listed !== undefined || attempt > 1)) {
      return details.references.includes(reference) ? 'details' : 'none';
    }
    await clock.sleep(1000, stop.signal);
  }
  return 'unknown';
}

/** An order on the first or the last page of the list: whichever end is the new one. */
async function listedOrder(
  portal: RunContext['portal'],
  orderNo: ListedOrder['orderNo'],
): Promise<ListedOrder | undefined> {
  const first = await portal.orderPage(1);
  const found = first.orders.find((order) => order.orderNo === orderNo);
  if (found !== undefined || first.totalPage === undefined || first.totalPage <= 1) return found;
  const last = await portal.orderPage(first.totalPage);
  return last.orders.find((order) => order.orderNo === orderNo);
}
