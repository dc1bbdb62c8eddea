import pLimit from 'p-limit';
import { Problem } from '../common/errors.js';
import { serialKey } from '../common/ids.js';
import type { Pbx } from '../portal/inventory.js';
import type { Portal } from '../portal/portal.js';
import type { Inventory } from '../portal/read-inventory.js';

/** `currentPlan` is filled only while the plan is being switched (developer guide). */
export const switchingTo = ({ fields }: Pbx): string | undefined =>
  [...fields].find(([name, value]) => isCurrentPlan(name) && value !== '')?.[1];

const isCurrentPlan = (name: string): boolean => /^currentPlan(\.|$)/.test(name);

/**
 * Of these PBXs, those whose plan is still being switched. The list tells it if it has the field at all; else each is
 * asked about.
 * @returns `undefined`: it cannot be had
 */
export async function stillSwitching(
  portal: Pick<Portal, 'pbx'>,
  readInventory: () => Promise<Inventory>,
  {
    productId,
    serials,
    concurrency,
  }: { readonly productId: number; readonly serials: readonly string[]; readonly concurrency: number },
): Promise<readonly string[] | undefined> {
  try {
    const { pbxs } = await readInventory();
    const wanted = new Map(serials.map((serial) => [serialKey(serial), serial]));
    if (pbxs.some(({ fields }) => [...fields.keys()].some(isCurrentPlan))) {
      return pbxs.flatMap((pbx) => {
        const serial = wanted.get(serialKey(pbx.serialNumber ?? ''));
        return serial === undefined || switchingTo(pbx) === undefined ? [] : [serial];
      });
    }
    const found = await pLimit(concurrency).map([...serials], async (serial) => {
      const pbx = await portal.pbx(productId, serial);
      return pbx === undefined || switchingTo(pbx) === undefined ? [] : [serial];
    });
    return found.flat();
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
