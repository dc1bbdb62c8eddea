import { DEFAULT_PLANS, PRODUCT_ID } from './catalog.js';
import type { ForeignOrder } from './orders.js';
import { seededRandom } from './random.js';

/** Orders that a portal has before the sandbox is started. */
export interface OlderOrders {
  readonly count: number;
  /** They were placed within so long before the start; default 30 days. */
  readonly spreadMs?: number;
}

export const DEFAULT_SPREAD_MS = 30 * 24 * 60 * 60 * 1000;

/** Plans of other products (developer guide). */
const OTHER_PLANS = [
  { productId: '11', planId: '3048558946648207360' },
  { productId: '13', planId: '3048571730026938368' },
] as const;

/** Orders of other PBXs and of other products, the oldest first: the same for the same seed. */
export function* olderOrders(
  { count, spreadMs = DEFAULT_SPREAD_MS }: OlderOrders,
  seed: number,
  billingId: string,
): Generator<ForeignOrder> {
  const random = seededRandom(seed ^ 0x5eed04);
  for (let row = 0; row < count; row++) {
    const other = random() < 0.3 ? OTHER_PLANS[row % OTHER_PLANS.length] : undefined;
    yield {
      productId: other?.productId ?? PRODUCT_ID,
      planId: other?.planId ?? DEFAULT_PLANS[row % DEFAULT_PLANS.length]?.planId ?? '',
      // No serial number of the samples begins like these.
      productNo: `36F${String(Math.floor(random() * 1e5)).padStart(5, '0')}${String(row).padStart(6, '0')}`,
      billingId,
      multiCycle: 1,
      poNumber: random() < 0.3 ? `PO-${10_000 + row}` : undefined,
      ageMs: Math.round((spreadMs * (count - row)) / count),
    };
  }
}

/** A foreign order with all that was not said of it: by default for a PBX that no file has. */
export const foreignOrder = (
  order: Partial<ForeignOrder>,
  index: number,
  billingId: string,
): ForeignOrder => ({
  productNo: `36E9${String(index).padStart(8, '0')}`,
  planId: DEFAULT_PLANS[0]?.planId ?? '',
  billingId,
  multiCycle: 1,
  poNumber: undefined,
  ...order,
});
