import type { PlacedOrder } from '../../src/sandbox/start-sandbox.js';
import type { Figures } from './figures.js';
import type { Line } from './scenario.js';

export interface Told {
  /** `undefined`: no run got as far as writing them. */
  readonly results: readonly Readonly<Record<string, string>>[] | undefined;
  readonly ordersFor: (sn: string) => readonly PlacedOrder[];
  readonly isOwn: (order: PlacedOrder) => boolean;
  /** Sends for a serial number by us that count as attempts; `undefined` where a ledger was lost meanwhile. */
  readonly requestsFor: (sn: string) => number | undefined;
  /** The user asked for second orders. */
  readonly repeats: boolean;
  /** A well-behaved portal: every row has to be ordered. */
  readonly mustSettle: boolean;
  /** Whether each order has to bear the line's purchase-order number. */
  readonly withPo: boolean;
}

/** The last results row by row against the portal's truth. @returns what contradicts the promise */
export function compareWithTruth(lines: readonly Line[], told: Told, figures: Figures): string[] {
  const wrong: string[] = [];
  if (told.results === undefined && !told.mustSettle) {
    figures.withoutResults++;
    return [];
  }
  const rows = new Map(told.results?.map((row) => [row['sn'], row]));
  for (const line of lines) {
    const orders = told.ordersFor(line.sn);
    const row = rows.get(line.sn);
    if (orders.length > 1 && !told.repeats) {
      figures.duplicates += orders.length - 1;
      wrong.push(`${line.sn} was ordered ${orders.length} times: ${orders.map(({ orderNo }) => orderNo)}`);
    }
    if (row === undefined || (told.mustSettle && orders.length === 0)) {
      figures.forgotten++;
      wrong.push(
        `${line.sn} is forgotten: ${orders[0]?.orderNo ?? 'no order'}, ${row?.['status'] ?? 'no row'}`,
      );
      continue;
    }
    const untrue = untruthsOf(line, row, orders, told);
    // Somebody else ordered for a PBX whose answer was lost: whose order it is may be for a person to say.
    const isForPerson = row['status'] === 'in_doubt' && orders.some((order) => !told.isOwn(order));
    if (row['status'] !== 'succeeded' && told.mustSettle && !isForPerson)
      untrue.push(`it stayed ${row['status']}`);
    if (row['status'] === 'in_doubt') figures.leftInDoubt++;
    if (untrue.length === 0) continue;
    figures.untrue++;
    wrong.push(`${line.sn}: ${untrue.join('; ')}`);
  }
  return wrong;
}

function untruthsOf(
  line: Line,
  row: Readonly<Record<string, string>>,
  orders: readonly PlacedOrder[],
  told: Told,
): string[] {
  const { status = '', orderNo } = row;
  const requests = told.requestsFor(line.sn) ?? 0;
  const untrue: string[] = [];
  // What carries the requests must not repeat one by itself.
  if (requests > Number(row['attempts'])) {
    untrue.push(`${requests} requests were sent in ${row['attempts']} attempts`);
  }
  const order = orders.find((one) => one.orderNo === orderNo);
  if (status === 'succeeded' || status === 'pending') {
    if (order === undefined) untrue.push(`it is ${status} with order ${orderNo}, which is not for it`);
    else untrue.push(...differencesOf(line, row, order, told));
  } else if (status !== 'in_doubt' && orders.some(told.isOwn)) {
    untrue.push(`it is ${status} (${row['errorCode']}), and was ordered`);
  }
  return untrue;
}

/** The portal's list, by which an order is found again, does not show them. */
const MAY_BE_UNKNOWN: ReadonlySet<string> = new Set(['instanceId', 'transactionNo']);

function differencesOf(
  line: Line,
  row: Readonly<Record<string, string>>,
  order: PlacedOrder,
  { isOwn, withPo, mustSettle }: Told,
): string[] {
  // Elsewhere the portal may no longer tell what became of a pending order.
  const knownStatus = mustSettle || row['status'] !== 'pending' ? order.orderStatus : 'pending';
  const expected: Record<string, string> = {
    status: knownStatus === 'succeed' ? 'succeeded' : knownStatus,
    orderStatus: knownStatus,
    instanceId: order.instanceId,
    transactionNo: order.transactionNo,
    planId: order.planId,
    billingContactId: order.billingId,
    // Of an order that somebody else placed the portal may not show it.
    ...(isOwn(order) ? { reference: order.poNumber ?? '' } : {}),
  };
  const differences = Object.entries(expected)
    .filter(([name, value]) => row[name] !== value && !(row[name] === '' && MAY_BE_UNKNOWN.has(name)))
    .map(([name, value]) => `${name} is "${row[name]}" and was "${value}"`);
  if (order.planId !== line.planId) differences.push(`plan ${order.planId} was ordered for ${line.planId}`);
  if (order.billingId !== line.billingId) differences.push(`billed to ${order.billingId}`);
  if (order.multiCycle !== line.multiCycle) differences.push(`${order.multiCycle} years were ordered`);
  if (withPo && line.poNumber !== '' && isOwn(order) && order.poNumber !== line.poNumber) {
    differences.push(`the purchase-order number ${order.poNumber} was sent`);
  }
  return differences;
}
