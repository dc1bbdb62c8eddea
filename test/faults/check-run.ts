import type { Summary } from '../../src/output/summary.js';
import type { PlacedOrder } from '../../src/sandbox/start-sandbox.js';
import type { Ended } from './party.js';

/** What the portal knows when a run is over. */
export interface Known {
  /** All orders for a serial number, foreign ones too. */
  readonly ordersFor: (sn: string) => readonly PlacedOrder[];
  /** Whether the ledger of this run placed an order. */
  readonly isOwn: (order: PlacedOrder) => boolean;
  /** Orders that came into being while it ran, and that it can have placed. */
  readonly placedMeanwhile: number;
}

/** What a run that ended by itself must not say, whatever happened to it. Pure. */
export function contradictionsOf(
  ended: Ended,
  summary: Summary,
  rows: readonly Readonly<Record<string, string>>[],
  known: Known,
): string[] {
  const wrong = [
    ...rows.flatMap((row) => rowContradictions(row, known)),
    ...statusContradictions(ended, summary),
  ];
  const { total, ...counts } = summary.counts;
  const sum = Object.values(counts).reduce((all, some) => all + some, 0);
  if (sum !== total || total !== rows.length) {
    wrong.push(`the counts ${JSON.stringify(summary.counts)} do not add up to ${rows.length} rows`);
  }
  for (const [status, told] of Object.entries(counts)) {
    const found = rows.filter((row) => row['status'] === status).length;
    if (found !== told) wrong.push(`it counts ${told} rows ${status}, and the results have ${found}`);
  }
  if (summary.sent > known.placedMeanwhile) {
    wrong.push(`it says that it placed ${summary.sent} orders, and ${known.placedMeanwhile} were placed`);
  }
  if (ended.status === 2 && known.placedMeanwhile > 0) {
    wrong.push(`it ended with 2, nothing was sent, and ${known.placedMeanwhile} orders were placed`);
  }
  return wrong.map((text) => `${ended.name}: ${text}`);
}

function rowContradictions(row: Readonly<Record<string, string>>, known: Known): string[] {
  const sn = row['sn'] ?? '';
  const orders = known.ordersFor(sn);
  const own = orders.filter(known.isOwn);
  const { status = '', orderNo = '' } = row;
  if (status === 'succeeded' || status === 'pending') {
    return orders.some((order) => order.orderNo === orderNo)
      ? []
      : [`${sn} is ${status} with order ${orderNo}, and has ${sayOrders(orders)}`];
  }
  if (status === 'in_doubt' || own.length === 0) return [];
  return [`${sn} is ${status} (${row['errorCode']}), and this ledger placed ${sayOrders(own)}`];
}

const sayOrders = (orders: readonly PlacedOrder[]): string =>
  orders.length === 0 ? 'no order' : orders.map(({ orderNo }) => orderNo).join(', ');

/** The exit status against the counts, as the README has it. */
function statusContradictions({ status }: Ended, { counts, exitCode }: Summary): string[] {
  const { failed, invalid, in_doubt: inDoubt } = counts;
  const said = JSON.stringify(counts);
  if (status !== exitCode) return [`it ended with ${status} and says ${exitCode}`];
  if (status === 0 && failed + invalid + inDoubt > 0) return [`it ended with 0 and counts ${said}`];
  if (status === 1 && failed + invalid === 0) return [`it ended with 1 and counts ${said}`];
  // Rows in doubt that the file no longer has are not counted, but here the file always has all of them.
  if (status === 4 && inDoubt === 0) return [`it ended with 4 and counts ${said}`];
  return [];
}
