import { recoverLost } from '../evidence/recover-lost.js';
import type { Ledger } from '../ledger/ledger.js';
import type { OrderRow, RunKey } from '../ledger/schema.js';
import type { Tally } from './events.js';
import { createRowQueue, type RowQueue } from './row-queue.js';

/** Who sends the rows of a run: this process alone, or several that share a ledger. */
export interface Team {
  readonly queue: RowQueue;
  /** Whether all rows are sent from here; else the canaries alone. */
  readonly sendsAll: boolean;
  /** The canaries are placed, and what they show is learnt: from now on all may send. */
  readonly allMaySend: () => Promise<void>;
  /**
   * Tells of what others leave behind and do, until the returned function is called. Resolves when all has been told
   * that was there before.
   */
  readonly follow: (news: News) => Promise<() => void>;
  /** Whether others have rows in hand, or rows wait for them. */
  readonly othersAtWork: () => Promise<boolean>;
}

export interface News {
  /** The answer to a send is lost: whoever settles watches for its order. */
  readonly lost: (row: OrderRow) => void;
  /** How many rows of this run have ended, with all who send. */
  readonly standing: (tally: Tally) => void;
  /** Others could not be followed. */
  readonly failed: (error: unknown) => void;
}

/** One process with a ledger of its own: what others left behind is from runs that are over. */
export function alone(ledger: Pick<Ledger, 'read' | 'record' | 'time'>, run: RunKey): Team {
  const queue = createRowQueue(ledger, run);
  return {
    queue,
    sendsAll: true,
    allMaySend: () => Promise.resolve(),
    follow: async (news) => {
      await recoverLost({ batch: run.batch, ledger }, (row) => {
        queue.setAside(row);
        news.lost(row);
      });
      return () => undefined;
    },
    othersAtWork: () => Promise.resolve(false),
  };
}
