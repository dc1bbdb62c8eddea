import pLimit from 'p-limit';
import type { Finding } from '../common/finding.js';
import { serialKey } from '../common/ids.js';
import type { OrderRow } from '../ledger/schema.js';
import { fateOf } from '../portal/outcome.js';
import type { RunContext } from '../runner/context.js';
import { referenceOf } from '../runner/send-order.js';
import { readBackTo } from './order-clock.js';
import { best } from './recognise.js';
import { batchPrefix, referenceKey } from './reference.js';
import { append, byReference, orderNosBySn, type Sighting, sightingsOf } from './sightings.js';

export interface LookBack {
  readonly looked: number;
  readonly adopted: number;
  /** Orders that stand at the portal as cancelled, refunded, failed or invalid: a person decides. */
  readonly findings: readonly Finding[];
  /** True when the portal shows no references of this program's, so that nothing can be recognised. */
  readonly blind: boolean;
  /** Rows to be sent whose serial number has a recent living order without a reference. */
  readonly suspects: readonly string[];
  readonly complete: boolean;
}

/**
 * A batch that is new to its ledger may not be new to the portal: the ledger of an earlier run can be lost.
 * Its orders are recognised by their references and adopted in place of being sent again.
 * @param since how far back, by our clock, epoch ms
 */
export async function lookBack(
  context: Pick<RunContext, 'batch' | 'runNo' | 'settings' | 'ledger' | 'portal' | 'clock' | 'firstSeen'>,
  since: number,
): Promise<LookBack> {
  const { batch, runNo, settings, ledger, portal, clock } = context;
  const { orders, complete } = await portal.sweeper.sweep(readBackTo(portal.clock.earliest(since)));
  const taken = await ledger.read.credited(orders.map((order) => order.orderNo));
  const uncredited = orders.filter(({ orderNo }) => !taken.has(orderNo));
  context.firstSeen.note(uncredited, complete);
  const { all, unread, damaged, shown } = await sightingsOf(context, uncredited);
  const found = byReference(all);
  const blind = shown === 'none' && uncredited.length > 0;
  const unnamed = all.filter(({ references }) => blind || references.length === 0);
  const bySn = orderNosBySn(unnamed.filter(({ order }) => fateOf(order.orderStatus) !== 'dead'));
  const suspects: string[] = [];
  const findings: Finding[] = [];
  let adopted = 0;

  const adopt = async (row: OrderRow): Promise<void> => {
    const reference = referenceOf(context, row);
    const own = reference === null ? [] : await ordersUnder(referenceKey(reference), row);
    const order = best(own.map((sighting) => sighting.order));
    if (order === undefined || reference === null) {
      if (bySn.has(row.sn_key)) suspects.push(row.serial_number);
      return;
    }
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

  const ordersUnder = async (reference: string, row: OrderRow): Promise<readonly Sighting[]> =>
    (row.own_po_number === null ? found.get(reference) : (await bySerialNumber(reference)).get(row.sn_key)) ??
    [];

  let unreadable = 0;
  const serialKeysOf = async ({ order, snKeys }: Sighting): Promise<readonly string[]> => {
    if (snKeys !== undefined) return snKeys;
    const details = await portal.orderDetails(order.orderNo);
    const told = details === undefined || details === 'unreadable' ? [] : details.productNos;
    if (told.length === 0) unreadable++;
    return told.map(serialKey);
  };

  /** A number of the user's own may stand on thousands of orders: their details are read once, and together. */
  const limit = pLimit(settings.concurrency);
  const underNumber = new Map<string, Promise<Map<string, Sighting[]>>>();
  const bySerialNumber = (reference: string): Promise<Map<string, Sighting[]>> => {
    const known = underNumber.get(reference) ?? readSerialNumbers(found.get(reference) ?? []);
    underNumber.set(reference, known);
    return known;
  };
  const readSerialNumbers = async (named: readonly Sighting[]): Promise<Map<string, Sighting[]>> => {
    const bySnKey = new Map<string, Sighting[]>();
    await limit.map(named, async (sighting) => {
      for (const snKey of await serialKeysOf(sighting)) append(bySnKey, snKey, sighting);
    });
    return bySnKey;
  };

  // Without a reference that could be this batch's, or a number of the user's own, no row needs to be read.
  const prefix = `${batchPrefix(batch)}-`;
  const anyOurs = [...found.keys()].some((reference) => reference.startsWith(prefix));
  let after: OrderRow['sn_key'] | '' = '';
  while (found.size > 0 || bySn.size > 0) {
    const rows: OrderRow[] = await ledger.read.bySerialNumber({ batch, runNo }, after);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.sn_key;
    for (const row of rows) {
      const unsent = row.status === 'not_sent' || row.status === 'failed';
      const mayStandThere = anyOurs || row.own_po_number !== null || bySn.has(row.sn_key);
      if (unsent && row.held === 0 && mayStandThere) await adopt(row);
    }
  }
  // Where the details tell, an order whose details cannot be had may be one of ours.
  const readAll = complete && damaged + unreadable === 0 && !(shown === 'details' && unread > 0);
  if (readAll) await ledger.rememberLookBack(batch);
  return {
    looked: orders.length,
    adopted,
    findings,
    complete: readAll,
    blind,
    suspects,
  };
}
