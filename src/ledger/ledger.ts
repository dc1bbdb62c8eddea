import type { Clock } from '../common/clock.js';
import { Problem } from '../common/errors.js';
import type { Finding } from '../common/finding.js';
import type { BatchId } from '../common/ids.js';
import type { CheckedLine, RowFinding } from './checked-line.js';
import type { StandsFor } from './decide-load.js';
import { createLedgerTime, type LedgerTime } from './ledger-time.js';
import type { Mirror } from './mirror.js';
import type { Move, MoveResult } from './moves.js';
import type { RunKey } from './schema.js';
import { createLoader } from './sql/load-rows.js';
import { createMirror, lastLookOf } from './sql/mirror-store.js';
import { refuseAnotherJob } from './sql/one-job.js';
import { type LedgerQueries, ledgerQueries } from './sql/queries.js';
import { takeRowsOut } from './sql/take-out.js';
import { openDatabase } from './sqlite/database.js';
import { watchFiles } from './sqlite/file-watch.js';
import { createFirstLoader } from './sqlite/first-load.js';
import { createJournal } from './sqlite/journal.js';
import { ledgerProblem } from './sqlite/sqlite-errors.js';

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
  readonly lines: AsyncIterable<readonly CheckedLine[]>;
  readonly onFinding: (finding: Finding) => void;
  /** Called when all lines have been read and judged: what it throws leaves the ledger as it was. */
  readonly beforeCommit?: () => void;
}

export type { RejectedRow, ResultsRow } from './sql/results-queries.js';

/** What was intended and what came of it. All that the rest of the program knows of where it is kept. */
export interface Ledger {
  readonly path: string;
  readonly read: LedgerQueries;
  /** Makes one move of one row; resolves when it is on the disk. */
  readonly record: (move: Move) => Promise<MoveResult>;
  /** Takes a file's lines over as the batch's next run, whole or not at all. @returns the run's number */
  readonly load: (file: FileToLoad) => Promise<number>;
  /** Takes rows that wait to be sent out of their run, each with its finding: they are `invalid` then. */
  readonly takeOut: (run: RunKey, rows: readonly RowFinding[]) => Promise<void>;
  /** What the portal was seen to show. */
  readonly mirror: Mirror;
  readonly time: LedgerTime;
  /** What has happened to the ledger since it was opened: what was written may not be found again. */
  readonly lost: () => Problem | undefined;
  readonly close: () => Promise<void>;
}

/** Opens a ledger for real orders or for the sandbox's; one never serves for the other. */
export async function openLedger(path: string, kind: 'portal' | 'sandbox', clock: Clock): Promise<Ledger> {
  const db = await openDatabase(path);
  const { kind: found, time_at: storedAt } = await db
    .insertInto('ledger')
    .values({ id: 1, kind, created_at: clock.now(), time_at: clock.now() })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ id: 1 }))
    .returning(['kind', 'time_at'])
    .executeTakeFirstOrThrow();
  if (found !== kind) {
    await db.destroy();
    throw new Problem(
      'ledger_of_another_kind',
      found === 'sandbox'
        ? `The ledger ${path} holds the sandbox's orders.`
        : `The ledger ${path} holds real orders.`,
      { remedy: 'Name another ledger with --ledger: real and simulated orders are never mixed.' },
    );
  }

  const { mark, lastLook } = await lastLookOf(db);
  const time = createLedgerTime(storedAt, mark, clock);
  const files = watchFiles(path);
  const journal = createJournal(db, path, files, time);
  const told = <T>(work: Promise<T>): Promise<T> => saying(path, work);
  const mirror = createMirror(db, time, clock, lastLook, told);

  const load = async (file: FileToLoad): Promise<number> =>
    db.transaction().execute(async (trx) => {
      const now = clock.now();
      await refuseAnotherJob(trx, file);
      const anyRow = await trx.selectFrom('order_row').select('line').limit(1).executeTakeFirst();
      const values = {
        job: file.job.name,
        job_file: file.job.file ?? null,
        operation: file.job.operation,
        file: file.file,
        dialect: file.dialect,
        columns: JSON.stringify(file.columns),
        updated_at: now,
      };
      const { run_no: runNo } = await trx
        .insertInto('batch')
        .values({ ...values, id: file.batch, run_no: 1, created_at: now })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({ ...values, run_no: eb('batch.run_no', '+', 1) })),
        )
        .returning('run_no')
        .executeTakeFirstOrThrow();
      await trx.deleteFrom('rejected_line').where('batch', '=', file.batch).execute();
      const { batch, allowRepeat, onFinding } = file;
      const options = { batch, runNo, allowRepeat, onFinding, now, standsFor: file.job.standsFor };
      const loader =
        anyRow === undefined ? await createFirstLoader(trx, options) : createLoader(trx, options);
      for await (const chunk of file.lines) await loader.load(chunk);
      await loader.finish();
      file.beforeCommit?.();
      return runNo;
    });

  return {
    path,
    read: ledgerQueries(db),
    record: journal.record,
    load: (file) => told(load(file)),
    takeOut: (run, rows) => told(takeRowsOut(db, run, rows)),
    mirror,
    time,
    lost: files.ledgerGone,
    close: () => db.destroy(),
  };
}

/** Turns what the database says into what a person can act on. */
async function saying<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw ledgerProblem(error, path) ?? error;
  }
}
