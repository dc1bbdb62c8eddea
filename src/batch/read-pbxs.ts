import type { Io } from '../cli/io.js';
import type { Clock } from '../common/clock.js';
import type { Portal } from '../portal/portal.js';
import { type Inventory, readInventory } from '../portal/read-inventory.js';

/** A line so often, where it takes long. */
const TELL_EVERY_MS = 2_000;

/** Reads the account's PBXs for a product, with a line of progress if it takes longer than two seconds. */
export async function readingPbxs(
  portal: Pick<Portal, 'pbxPage'>,
  productId: number,
  { io, clock }: { readonly io: Pick<Io, 'note' | 'live' | 'interactive'>; readonly clock: Clock },
): Promise<Inventory> {
  let toldAt = clock.monotonic();
  const tell = (read: number, total: number | undefined): void => {
    const line = `Reading the PBXs: ${read}${total === undefined ? '' : ` of ${total}`}.`;
    if (io.interactive) io.live(line);
    if (io.interactive || clock.monotonic() - toldAt < TELL_EVERY_MS) return;
    toldAt = clock.monotonic();
    io.note(line);
  };
  try {
    return await readInventory((pageNo) => portal.pbxPage(productId, pageNo), tell);
  } finally {
    io.live(undefined);
  }
}
