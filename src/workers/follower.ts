import type { Looker } from '../evidence/looker.js';
import { newcomersOf } from '../evidence/newcomers.js';
import type { Ledger } from '../ledger/ledger.js';

/** What lanes know of the portal's orders: what the coordinator has read. */
export function createFollower(
  { mirror }: Pick<Ledger, 'mirror'>,
  guardedUpTo: number | undefined,
): Pick<Looker, 'newcomers'> & { readonly refresh: () => Promise<void> } {
  let newcomers: ReadonlySet<string> = new Set();
  return {
    newcomers: () => newcomers,
    refresh: async () => {
      if (guardedUpTo !== undefined) newcomers = newcomersOf(await mirror.newSince(guardedUpTo));
    },
  };
}
