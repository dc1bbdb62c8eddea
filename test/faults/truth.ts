import type { PlacedOrder } from '../../src/sandbox/start-sandbox.js';
import { ordersBySerialNumber } from '../support/program.js';
import type { Figures } from './figures.js';
import type { Line } from './scenario.js';

export interface Told {
  readonly results: readonly Readonly<Record<string, string>>[];
  readonly truth: readonly PlacedOrder[];
  /** Times of the requests for each serial number. */
  readonly sent: ReadonlyMap<string, readonly number[]>;
  readonly ledgersLost: number;
}

/** The results row by row against the portal's truth. @returns what contradicts the promise */
export function compareWithTruth(lines: readonly Line[], told: Told, figures: Figures): string[] {
  const wrong: string[] = [];
  const orders = ordersBySerialNumber(told.truth);
  const rows = new Map(told.results.map((row) => [row['sn'], row]));
  for (const line of lines) {
    const placed = orders.get(line.sn) ?? [];
    const row = rows.get(line.sn);
    if (placed.length > 1) {
      figures.duplicates += placed.length - 1;
      wrong.push(`${line.sn} was ordered ${placed.length} times: ${placed.map((order) => order.orderNo)}`);
    }
    const order = placed[0];
    if (order === undefined || row === undefined) {
      figures.forgotten++;
      wrong.push(`${line.sn} is forgotten: ${order?.orderNo ?? 'no order'}, ${row?.['status'] ?? 'no row'}`);
      continue;
    }
    const differences = differencesOf(line, row, order);
    const requests = told.sent.get(line.sn)?.length ?? 0;
    // What carries the requests must not repeat one by itself.
    if (told.ledgersLost === 0 && requests > Number(row['attempts'])) {
      differences.push(`${requests} requests were sent in ${row['attempts']} attempts`);
    }
    if (differences.length === 0) continue;
    figures.differing++;
    wrong.push(`${line.sn}: ${differences.join('; ')}`);
  }
  for (const sn of orders.keys()) {
    if (!lines.some((line) => line.sn === sn)) wrong.push(`${sn} was ordered and nobody wanted it`);
  }
  return wrong;
}

/** The portal's list, by which an order is found again, does not show them. */
const MAY_BE_UNKNOWN: ReadonlySet<string> = new Set(['instanceId', 'transactionNo']);

function differencesOf(line: Line, row: Readonly<Record<string, string>>, order: PlacedOrder): string[] {
  const expected: Record<string, string> = {
    status: order.orderStatus === 'succeed' ? 'succeeded' : order.orderStatus,
    orderNo: order.orderNo,
    orderStatus: order.orderStatus,
    instanceId: order.instanceId,
    transactionNo: order.transactionNo,
    planId: order.planId,
    billingContactId: order.billingId,
    reference: order.poNumber ?? '',
  };
  const differences = Object.entries(expected)
    .filter(([name, value]) => row[name] !== value && !(row[name] === '' && MAY_BE_UNKNOWN.has(name)))
    .map(([name, value]) => `${name} is "${row[name]}" and was "${value}"`);
  if (order.planId !== line.planId) differences.push(`plan ${order.planId} was ordered for ${line.planId}`);
  if (order.billingId !== line.billingId) differences.push(`billed to ${order.billingId}`);
  if (order.multiCycle !== line.multiCycle) differences.push(`${order.multiCycle} years were ordered`);
  if (line.poNumber !== '' && order.poNumber !== line.poNumber) {
    differences.push(`the purchase-order number ${order.poNumber} was sent`);
  }
  return differences;
}
