import type { Clock } from '../common/clock.js';
import type { Problem } from '../common/errors.js';
import type { Finding } from '../common/finding.js';
import type { BatchId } from '../common/ids.js';
import type { PaceStore } from '../common/pace-store.js';
import type { TokenLease } from '../common/token-lease.js';
import type { CheckedLine, RowFinding } from './checked-line.js';
import type { StandsFor, TermNames } from './decide-load.js';
import type { LedgerTime } from './ledger-time.js';
import type { Mirror } from './mirror.js';
import type { Intent, IntentResult, MoveResult, Result } from './moves.js';
import type { Runs } from './runs.js';
import type { RunKey } from './schema.js';
import type { LedgerQueries } from './sql/queries.js';
import type { TeamStore } from './team-store.js';

export type { OrderAmount, RejectedRow, ResultsRow } from './sql/results-queries.js';

/** What a batch is ordered by. */
export interface JobOfBatch {
  readonly name: string;
  /** The file of the user's own job; absent: a job of this program. */
  readonly file?: string | undefined;
  readonly operation: string;
  readonly standsFor: StandsFor;
}

export interface FileToLoad {
  readonly batch: BatchId;
  readonly job: JobOfBatch;
  readonly file: string;
  readonly dialect: string;
  readonly columns: readonly string[];
  readonly allowRepeat: boolean;
  /** For findings about what was ordered. */
  readonly names?: TermNames;
  readonly lines: AsyncIterable<readonly CheckedLine[]>;
  readonly onFinding: (finding: Finding) => void;
  /** Called when all lines have been read and judged: what it throws leaves the ledger as it was. */
  readonly beforeCommit?: () => void;
}

/** What several processes need to share the batches of a ledger. */
export interface SharedLedger {
  readonly store: TeamStore;
  /** Where pg-boss keeps its jobs. */
  readonly jobs: Jobs;
  /** How fast all workers of a portal account go together. */
  readonly pace: (account: string) => PaceStore;
  /** The access token of all workers of a portal account. */
  readonly token: (account: string) => TokenLease;
}

/** A place for the tables of pg-boss. */
export interface Jobs {
  readonly schema: string;
  readonly executeSql: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;
}

/** What was intended and what came of it. The rest of the program knows no more of how it is kept. */
export interface Ledger {
  /** As it is shown to people: a file's path, or an address without its password. */
  readonly name: string;
  readonly read: LedgerQueries;
  /** Writes down that an order is about to leave; resolves when that is on the disk. Rejects: it must not leave. */
  readonly intend: (intent: Intent) => Promise<IntentResult>;
  /** Writes down what came of it; resolves when that is on the disk. */
  readonly record: (result: Result) => Promise<MoveResult>;
  /** Takes a file's lines over as the batch's next run, whole or not at all. @returns the run's number */
  readonly load: (file: FileToLoad) => Promise<number>;
  /** Takes rows that wait to be sent out of their run, each with its finding: they are `invalid` then. */
  readonly takeOut: (run: RunKey, rows: readonly RowFinding[]) => Promise<void>;
  /** Who ran what, and each send. */
  readonly runs: Runs;
  /** What the portal was seen to show. */
  readonly mirror: Mirror;
  readonly time: LedgerTime;
  /** Absent: one process at a time works with it. */
  readonly shared?: SharedLedger;
  /** For what is compared with times that another process has written down: the one clock of all who share the ledger. */
  readonly clock: Clock;
  /** What has happened to the ledger since it was opened: what was written may not be found again. */
  readonly lost: () => Problem | undefined;
  readonly close: () => Promise<void>;
}
