import { Problem } from '../common/errors.js';
import type { Portal } from '../portal/portal.js';
import type { Amount } from '../portal/prices.js';

/** Prices, or why there are none, as a sentence. */
export type Known<T> = { readonly found: T } | { readonly why: string };

/** The list prices of a product's plans. That they cannot be had, or not be understood, is no reason to stop. */
export async function listPricesOf(
  portal: Pick<Portal, 'listPrices'>,
  productId: number,
  billingCycle: string,
): Promise<Known<ReadonlyMap<string, Amount>>> {
  return await understood(() => portal.listPrices(productId, billingCycle), 'list of prices');
}

/** @param what is asked for, to follow "the portal's" */
export async function understood<T>(
  ask: () => Promise<{ readonly found: T } | { readonly notUnderstood: readonly string[] }>,
  what: string,
): Promise<Known<T>> {
  try {
    const read = await ask();
    if ('found' in read) return read;
    const keys =
      read.notUnderstood.length === 0 ? 'no fields' : `the fields ${read.notUnderstood.join(', ')}`;
    return { why: `the portal's ${what} has no field that is known as a price. It has ${keys}.` };
  } catch (error) {
    // Access that is lost, and a portal that is silent, are met again where they matter.
    if (error instanceof Problem) return { why: error.message };
    throw error;
  }
}
