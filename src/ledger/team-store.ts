import type { BatchId, SerialKey } from '../common/ids.js';
import type { OrderRow, RowStatus, RunKey } from './schema.js';

/**
 * Whether the rows of a run may be sent. `canary`: by the coordinator alone; `open`: by all; `stopped`: by nobody any
 * more; `done`: none is left; `closed`: no run of the batch was begun for several workers.
 */
export type WorkState = 'closed' | 'canary' | 'open' | 'stopped' | 'done';

/** A run that several workers send. */
export interface Work extends RunKey {
  readonly state: WorkState;
  readonly job: string;
  readonly jobFile: string | undefined;
  /** What the user decided about sending, as JSON. */
  readonly settings: string;
  /** Why it was stopped, as JSON. */
  readonly stop: string | undefined;
}

/** Rows of a run that were sent in it, with all who send, by their status. */
export type Standing = Readonly<Record<RowStatus, number>>;

/** A process that works with the ledger, as it is shown to people. Times by the database's clock, epoch ms. */
export interface Worker {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly seenAt: number;
  readonly batch: BatchId | undefined;
  readonly lanes: number;
  readonly coordinates: boolean;
}

/** How several workers share the rows of a run. Nothing here says where a row stands: the moves do. */
export interface TeamStore {
  /** Opens a run. Rows that an earlier one had reserved are free again. */
  readonly begin: (
    run: RunKey,
    how: { readonly settings: string; readonly limit: number | undefined; readonly canary: boolean },
  ) => Promise<void>;
  readonly work: (batch: BatchId) => Promise<Work | undefined>;
  /** Runs whose rows may be sent. */
  readonly openWork: () => Promise<Work[]>;
  /** @returns false if the run is another one by now, or is not in one of these states */
  readonly setState: (
    run: RunKey,
    from: readonly WorkState[],
    to: WorkState,
    stop?: string,
  ) => Promise<boolean>;
  /**
   * Takes rows that wait, which nobody else is given for a while: released ones first, then in the file's order.
   * @param alsoNew whether they may be rows that this run has not sent yet
   */
  readonly reserve: (
    run: RunKey,
    owner: string,
    count: number,
    during: readonly WorkState[],
    alsoNew: boolean,
  ) => Promise<OrderRow[]>;
  /** Rows that were reserved and not sent are free again. */
  readonly giveBack: (run: RunKey, owner: string) => Promise<void>;
  /** The row is not given to anybody in this run. */
  readonly setAside: (run: RunKey, snKey: SerialKey) => Promise<void>;
  /** Reads every row of the run: not too often. */
  readonly standing: (run: RunKey) => Promise<Standing>;
  /** Whether rows are being sent. */
  readonly sending: (run: RunKey) => Promise<boolean>;
  /** Whether rows are being sent, or wait and may be taken. */
  readonly busy: (run: RunKey) => Promise<boolean>;
  /** Rows whose sends have been over for some time, and nobody wrote down what came of them. */
  readonly overdue: (batch: BatchId) => Promise<OrderRow[]>;
  /** Says that a worker lives, and what it does. */
  readonly beat: (worker: Omit<Worker, 'startedAt' | 'seenAt'>) => Promise<void>;
  readonly leave: (id: string) => Promise<void>;
  /** Workers that were seen lately. */
  readonly workers: () => Promise<Worker[]>;
}
