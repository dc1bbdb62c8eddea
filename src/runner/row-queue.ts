import type { Ledger } from '../ledger/ledger.js';
import type { OrderRow, RunKey } from '../ledger/schema.js';

/** The rows of a run that wait to be sent. */
export interface RowQueue {
  /**
   * The next row, which nobody else is given meanwhile; undefined: none may go now.
   * @param alsoNew whether it may be one that this run has not sent yet
   */
  readonly next: (alsoNew: boolean) => Promise<OrderRow | undefined>;
  /** The row is settled or asked about: it comes back by `released` alone. */
  readonly setAside: (row: OrderRow) => void | Promise<void>;
  /** It is proven that the portal has no order of the row: it waits to be sent again. */
  readonly released: (row: OrderRow) => void;
}

/**
 * The rows of a run that one process sends alone, from the ledger in portions: first those never tried in an earlier
 * run, then those that failed there, so that a row that keeps failing does not block the rest.
 */
export function createRowQueue(ledger: Pick<Ledger, 'read'>, run: RunKey): RowQueue {
  const aside = new Set<string>();
  const released: OrderRow[] = [];
  let kind: 'new' | 'failed-before' | 'done' = 'new';
  let portion: OrderRow[] = [];
  let at = 0;
  let after = -1;

  const fresh = async (): Promise<OrderRow | undefined> => {
    for (;;) {
      const row = portion[at];
      if (row !== undefined) {
        at++;
        if (aside.has(row.sn_key)) continue;
        return row;
      }
      if (kind === 'done') return undefined;
      portion = await ledger.read.queue(run, kind, after);
      at = 0;
      after = portion.at(-1)?.position ?? -1;
      if (portion.length === 0) kind = kind === 'new' ? 'failed-before' : 'done';
    }
  };

  return {
    next: async (alsoNew) => {
      const again = released.findIndex((row) => alsoNew || row.sent_run === run.runNo);
      const [row] = again < 0 ? [] : released.splice(again, 1);
      // Its release has changed it since it was read.
      if (row !== undefined) return (await ledger.read.row(run.batch, row.sn_key)) ?? row;
      return alsoNew ? await fresh() : undefined;
    },
    setAside: (row) => {
      aside.add(row.sn_key);
    },
    released: (row) => {
      released.push(row);
    },
  };
}
