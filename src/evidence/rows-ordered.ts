import { type OrderNo, referenceKey, type SerialKey } from '../common/ids.js';
import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import type { EvidenceContext } from './context.js';
import { prefixIndex } from './prefix-index.js';
import { isLiving, masksOf } from './recent-orders.js';
import { batchPrefix, referenceOf } from './reference.js';
import { headOfMask, plainReference, referencesOf } from './traits.js';

/** A row that waits to be sent, with the uncredited orders that may be its own or for its serial number. */
export interface OrderedRow {
  readonly row: OrderRow;
  readonly orders: readonly SeenOrder[];
}

type Parts = Pick<EvidenceContext, 'batch' | 'runNo' | 'settings' | 'ledger'>;

/**
 * The rows of a run that wait to be sent and for which the portal may have an order already.
 * @param since by the portal's clock, epoch ms; references of this batch count whatever the time
 */
export async function rowsOrdered(context: Parts, since: number): Promise<readonly OrderedRow[]> {
  const { batch, runNo, ledger } = context;
  const found = new Map<SerialKey, { row: OrderRow; orders: Map<OrderNo, SeenOrder> }>();
  const add = (row: OrderRow, order: SeenOrder): void => {
    const own = found.get(row.sn_key) ?? { row, orders: new Map() };
    own.orders.set(order.orderNo, order);
    found.set(row.sn_key, own);
  };

  for (const { row, orderNo } of await ledger.mirror.foreignOrders({ batch, runNo }, since)) {
    const order = await ledger.mirror.order(orderNo);
    if (order !== undefined) add(row, order);
  }

  const named = prefixIndex<SeenOrder>();
  for (const order of await ledger.mirror.underReferencesLike(batchPrefix(batch)))
    for (const shown of referencesOf(order)) named.add(plainReference(shown), order);
  const masked = prefixIndex<SeenOrder>();
  for (const order of (await ledger.mirror.uncreditedSince(since)).filter(isLiving))
    for (const mask of masksOf(order)) masked.add(headOfMask(mask), order);
  // Without either, no row needs to be read.
  if (named.size() + masked.size() > 0) {
    for await (const row of waitingRows(context)) {
      for (const order of masked.under(row.sn_key)) add(row, order);
      const reference = referenceOf(batch, context.settings.useReference, row);
      if (reference === null) continue;
      for (const order of named.under(plainReference(referenceKey(reference)))) add(row, order);
    }
  }
  return [...found.values()].map(({ row, orders }) => ({ row, orders: [...orders.values()] }));
}

/** The rows of a run that wait to be sent, by serial number. */
export async function* waitingRows({
  batch,
  runNo,
  ledger,
}: Pick<Parts, 'batch' | 'runNo' | 'ledger'>): AsyncGenerator<OrderRow> {
  let after: SerialKey | '' = '';
  for (;;) {
    const rows: OrderRow[] = await ledger.read.bySerialNumber({ batch, runNo }, after);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.sn_key;
    yield* rows.filter(
      ({ status, needs_person }) => (status === 'not_sent' || status === 'failed') && needs_person === 0,
    );
  }
}
