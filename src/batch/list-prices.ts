import { Problem } from '../common/errors.js';
import type { Portal } from '../portal/portal.js';
import type { Amount } from '../portal/prices.js';

/** Prices, or why there are none, as a sentence. */
export type Known<T> = { readonly found: T } | { readonly why: string };

/** The list prices of a product's plans. If they cannot be read or understood, the command goes on. */
export async function listPricesOf(
  portal: Pick<Portal, 'listPrices'>,
  productId: number,
  billingCycle: string,
): Promise<Known<ReadonlyMap<string, Amount>>> {
  return await understood(() => portal.listPrices(productId, billingCycle), 'list of prices');
}

/** @param what is asked for, to follow "The portal's" */
export async function understood<T>(
  ask: () => Promise<{ readonly found: T } | { readonly notUnderstood: readonly string[] }>,
  what: string,
): Promise<Known<T>> {
  try {
    const read = await ask();
    if ('found' in read) return read;
    const keys =
      read.notUnderstood.length === 0 ? 'no fields' : `the fields ${read.notUnderstood.join(', ')}`;
    return { why: `The portal's ${what} has no field that is known as a price. It has ${keys}.` };
  } catch (error) {
    // Lost access, or a portal that does not answer, is reported by the next request that needs it.
    if (error instanceof Problem) return { why: error.message };
    throw error;
  }
}
