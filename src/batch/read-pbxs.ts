import type { Io } from '../cli/io.js';
import type { Clock } from '../common/clock.js';
import type { Pbx } from '../portal/inventory.js';
import type { Portal } from '../portal/portal.js';
import { type Inventory, readInventory } from '../portal/read-inventory.js';

/** How often a line says how far it is, ms. */
const TELL_EVERY_MS = 2_000;

export interface Told {
  readonly io: Pick<Io, 'note'>;
  readonly clock: Clock;
}

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

/** A line so often, where it takes long. */
export function progressOf({ io, clock }: Told): (line: string) => void {
  let toldAt = clock.monotonic();
  return (line) => {
    if (clock.monotonic() - toldAt < TELL_EVERY_MS) return;
    toldAt = clock.monotonic();
    io.note(line);
  };
}
