import type { BatchId } from '../common/ids.js';
import type { BatchRunRecord, RunKey, SendRecord } from './schema.js';

/** What is known of a run before its first order. */
export type BegunRun = Omit<BatchRunRecord, 'ended_at' | 'sent' | 'exit_code'>;

/** How a run ended. */
export type EndedRun = Pick<BatchRunRecord, 'sent' | 'exit_code'> & { readonly ended_at: number };

/** Who ran what, when and from where, and each send: kept for whoever has to account for it. */
export interface Runs {
  readonly begin: (run: BegunRun) => Promise<void>;
  /** To which accounts the rows in doubt of a batch were sent, as far as it is known. */
  readonly accountsInDoubt: (batch: BatchId) => Promise<string[]>;
  readonly end: (run: RunKey, ended: EndedRun) => Promise<void>;
  /** The runs of a batch, the first one first; those of older versions are not among them. */
  readonly ofBatch: (batch: BatchId) => Promise<BatchRunRecord[]>;
  /** The sends of a batch whose end is known, by serial number and number, in portions. */
  readonly sends: (
    batch: BatchId,
    after: Pick<SendRecord, 'sn_key' | 'claim_no'> | undefined,
  ) => Promise<SendRecord[]>;
}
