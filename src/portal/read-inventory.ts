import type { Pbx, PbxPage } from './inventory.js';

/** The account's PBXs for a product, as far as the portal lists them. */
export interface Inventory {
  readonly pbxs: readonly Pbx[];
  /** False: the portal says that it has more than it listed. */
  readonly whole: boolean;
}

/** Pages asked for at a time. */
const AT_A_TIME = 4;
/** A portal whose last page never comes is left after so many pages (of 100 PBXs). */
const MOST_PAGES = 50_000;

/**
 * Reads all pages, until one has nothing new: neither the largest page nor what lies beyond the last is documented.
 * @param keep what is kept of each PBX: an account may have very many
 * @param onPage told how many PBXs are read, and of how many if the portal says that
 */
export async function readInventory(
  page: (pageNo: number) => Promise<PbxPage>,
  keep: (pbx: Pbx) => Pbx,
  onPage: (read: number, total: number | undefined) => void,
): Promise<Inventory> {
  const found = new Map<string, Pbx>();
  let total: number | undefined;
  /** @returns whether the page had anything new */
  const take = (read: PbxPage): boolean => {
    const before = found.size;
    for (const pbx of read.pbxs) found.set(pbx.serialNumber?.toUpperCase() ?? fieldsOf(pbx), keep(pbx));
    total = Math.max(total ?? 0, read.total ?? 0) || undefined;
    if (found.size > before) onPage(found.size, total);
    return found.size > before;
  };
  const first = await page(1);
  let goesOn = take(first);
  const hint = total === undefined || first.count === 0 ? 1 : Math.ceil(total / first.count);
  for (let next = 2; goesOn && next <= MOST_PAGES; ) {
    // Behind what the portal says of its length one page is asked for at a time, until the end is seen.
    const count = next <= hint ? Math.min(AT_A_TIME, hint - next + 1) : 1;
    const pages = await Promise.all(Array.from({ length: count }, (_, i) => page(next + i)));
    goesOn = pages.map(take).every(Boolean);
    next += count;
  }
  return { pbxs: [...found.values()], whole: total === undefined || found.size >= total };
}

const fieldsOf = ({ fields }: Pbx): string => JSON.stringify([...fields]);
