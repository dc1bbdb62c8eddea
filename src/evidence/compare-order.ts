import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import { fateOf } from '../portal/outcome.js';
import { codeOfDead } from './bury.js';
import { isForAnotherProduct } from './recent-orders.js';
import { looksWhole } from './traits.js';

/** How an ordered row stands at the portal, if that is not how the ledger has it. */
export interface Difference {
  readonly code: string;
  /** A part of a sentence, to stand behind the serial number. */
  readonly message: string;
}

/** What the portal shows otherwise than the ledger has it. Pure. */
export function compare(
  row: OrderRow,
  seen: SeenOrder | undefined,
  productId: number,
): readonly Difference[] {
  if (seen === undefined)
    return [{ code: 'order_gone', message: `the portal does not know the order ${row.order_no}` }];
  const differences: Difference[] = [];
  const was = row.order_status ?? 'succeed';
  if (seen.status !== undefined && seen.status !== was) {
    const dead = fateOf(seen.status) === 'dead';
    const code = dead ? codeOfDead({ orderStatus: seen.status }) : 'order_status_changed';
    differences.push({ code, message: `the order ${row.order_no} is ${seen.status} now, it was ${was}` });
  }
  const serials = [...seen.serials.details, ...seen.serials.list].filter(looksWhole);
  if (serials.length > 0 && !serials.includes(row.sn_key))
    differences.push({
      code: 'another_serial_number',
      message: `the portal shows the order ${row.order_no} for ${serials[0]}`,
    });
  if (isForAnotherProduct(seen, productId))
    differences.push({
      code: 'another_product',
      message: `the portal shows the order ${row.order_no} for product ${seen.productId}, not ${productId}`,
    });
  return differences;
}
