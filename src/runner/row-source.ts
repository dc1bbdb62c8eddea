import type { Ledger } from '../ledger/ledger.js';
import type { OrderRow, RunKey } from '../ledger/schema.js';

/**
 * The rows of a run that wait to be sent, from the ledger in portions: first those never tried in an earlier
 * run, then those that failed there, so that a row that always fails does not stand before the others.
 */
export function rowSource(
  ledger: Ledger,
  run: RunKey,
  skip: (row: OrderRow) => boolean,
): () => Promise<OrderRow | undefined> {
  let kind: 'new' | 'failed-before' | 'done' = 'new';
  let portion: OrderRow[] = [];
  let at = 0;
  let after = -1;

  return async () => {
    for (;;) {
      const row = portion[at];
      if (row !== undefined) {
        at++;
        if (skip(row)) continue;
        return row;
      }
      if (kind === 'done') return undefined;
      portion = await ledger.read.queue(run, kind, after);
      at = 0;
      after = portion.at(-1)?.position ?? -1;
      if (portion.length === 0) kind = kind === 'new' ? 'failed-before' : 'done';
    }
  };
}
