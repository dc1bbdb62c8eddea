import type { Pbx } from '../portal/inventory.js';
import type { Portal } from '../portal/portal.js';
import { type Inventory, readInventory } from '../portal/read-inventory.js';
import { progressOf, type Told } from './tell-progress.js';

/** Reads the account's PBXs for a product, with a line of progress if it takes longer than two seconds. */
export async function readingPbxs(
  portal: Pick<Portal, 'pbxPage'>,
  productId: number,
  told: Told,
  keep: (pbx: Pbx) => Pbx = (pbx) => pbx,
): Promise<Inventory> {
  const tell = progressOf(told);
  return await readInventory(
    (pageNo) => portal.pbxPage(productId, pageNo),
    keep,
    (read, total) => tell(`Reading the PBXs: ${read}${total === undefined ? '' : ` of ${total}`}.`),
  );
}

/** Tells how many PBXs have been asked about. */
export function tellOfAsking(told: Told): (asked: number) => void {
  const tell = progressOf(told);
  return (asked) => tell(`Asking about each PBX: ${asked} done.`);
}
