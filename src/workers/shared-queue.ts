import type { OrderRow, RunKey } from '../ledger/schema.js';
import type { TeamStore, WorkState } from '../ledger/team-store.js';
import type { RowQueue } from '../runner/row-queue.js';

/** Rows reserved at a time: few enough that no worker waits for those of another. */
const PORTION = 20;
/** A reservation is used for less long than it holds, ms. */
const USED_FOR_MS = 6_000;

export interface SharedQueue extends RowQueue {
  /** What was reserved and not sent is free for others. */
  readonly giveBack: () => Promise<void>;
}

/**
 * Rows of a run that this process has reserved in the shared ledger.
 * @param owner a name that no other process uses
 * @param portion rows reserved at a time
 */
export function createSharedQueue(
  store: Pick<TeamStore, 'reserve' | 'giveBack' | 'setAside'>,
  run: RunKey,
  owner: string,
  during: readonly WorkState[],
  clock: { readonly monotonic: () => number },
  portion = PORTION,
): SharedQueue {
  let reserved: OrderRow[] = [];
  let until = 0;

  const giveBack = async (): Promise<void> => {
    reserved = [];
    await store.giveBack(run, owner);
  };

  return {
    next: async (alsoNew) => {
      if (!alsoNew) return (await store.reserve(run, owner, 1, during, false))[0];
      if (clock.monotonic() >= until && reserved.length > 0) await giveBack();
      const row = reserved.shift();
      if (row !== undefined) return row;
      until = clock.monotonic() + USED_FOR_MS;
      reserved = await store.reserve(run, owner, portion, during, true);
      return reserved.shift();
    },
    setAside: (row) => store.setAside(run, row.sn_key),
    // The ledger gives it to whoever asks next.
    released: () => undefined,
    giveBack,
  };
}
