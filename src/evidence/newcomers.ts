import type { SeenOrder } from '../ledger/mirror.js';

/**
 * The serial numbers of orders that came to light and that no row is credited with: rows for them are compared with the
 * orders once more. An order that failed at the portal keeps no row from being sent; one that somebody cancelled may. Pure.
 */
export const newcomersOf = (orders: readonly SeenOrder[]): ReadonlySet<string> =>
  new Set(
    orders
      .filter(({ status }) => status !== 'failed')
      .flatMap(({ serials }) => [...serials.list, ...serials.details]),
  );
