import type { Environment, RunConfig } from '../cli/config.js';
import type { Io } from '../cli/io.js';
import type { Clock } from '../common/clock.js';
import { EXIT, Problem } from '../common/errors.js';
import type { StopReason } from '../common/stop.js';
import type { Ledger } from '../ledger/ledger.js';
import { countRows } from '../output/counts.js';
import type { Met } from '../output/progress.js';
import { writeFailures, writeResults } from '../output/results.js';
import { type Summary, type SummaryNotes, summaryText } from '../output/summary.js';
import type { CheckedBatch } from './check.js';
import { exitStatusOf, sayStop } from './exit-status.js';
import { assertComplete } from './load-file.js';
import { calledAs, nextSteps } from './next-steps.js';

export interface Conclusion {
  readonly config: RunConfig;
  readonly environment: Environment;
  /** The arguments as typed: the next command repeats them. */
  readonly argv: readonly string[];
  readonly checked: CheckedBatch;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly startedAt: number;
  /** Whether orders were to be placed at all. */
  readonly sending: boolean;
  readonly sent: number;
  readonly stopped: StopReason | undefined;
  readonly met: Met;
}

export interface Concluded {
  readonly summary: Summary;
  readonly notes: SummaryNotes;
}

/** Writes the results and says how it went. The counts are checked against the file before anything is said. */
export async function conclude(conclusion: Conclusion): Promise<Concluded> {
  const { config, checked, ledger, clock, sending, sent, stopped } = conclusion;
  const runKey = { batch: config.batch, runNo: checked.context.runNo };
  const counts = sending ? await countRows(ledger, runKey) : checked.counts;
  assertComplete(checked.rows, counts.total);
  const source = { ledger, batch: checked.record };
  const unwritten = await problemOf(writeResults(source, config.out));
  const { failures: failuresFile } = config;
  const failuresUnwritten =
    failuresFile === undefined ? undefined : await problemOf(writeFailures(source, failuresFile));
  const error = unwritten ?? failuresUnwritten;
  const limited = config.limit !== undefined;
  const failedBefore = sending ? await ledger.read.queue(runKey, 'failed-before', -1) : [];
  const unsent = counts.not_sent > 0 || failedBefore.length > 0;
  const findings = checked.findings.count() > 0;
  const unwrittenFile = error !== undefined;
  const status = sending
    ? exitStatusOf({ counts, stopped, unsent, limited, findings, unwrittenFile })
    : checked.blocked || unwrittenFile
      ? EXIT.nothingSent
      : findings
        ? EXIT.someFailed
        : EXIT.ok;
  const summary: Summary = {
    batch: config.batch,
    job: config.job,
    file: config.file,
    results: unwritten === undefined ? config.out : null,
    ledger: config.ledger,
    sandbox: config.sandbox,
    counts,
    sent,
    plan: checked.plan,
    durationMs: Math.round(clock.monotonic() - conclusion.startedAt),
    exitCode: status,
    ...(error === undefined ? {} : { error: toldError(error) }),
  };
  // A look through a million rows for what is known not to be there takes a part of a second each.
  const failures = counts.failed > 0 ? await ledger.read.failures(runKey) : [];
  const inDoubt =
    counts.in_doubt > 0 ? await ledger.read.inStatus(config.batch, 'in_doubt', '', runKey.runNo) : [];
  const notes: SummaryNotes = {
    didNothing: sending ? undefined : config['dry-run'] ? 'dry run: nothing was sent' : 'nothing was sent',
    stopped: status === EXIT.ok || !sending ? undefined : sayStop(stopped, counts.in_doubt),
    failures: failures.map(({ error_code, rows, example, message }) => ({
      code: error_code ?? 'unknown',
      rows: Number(rows),
      example,
      message: message ?? '',
    })),
    met: conclusion.met,
    inDoubt: inDoubt.slice(0, 10).map((row) => row.serial_number),
    failuresFile: failuresUnwritten === undefined ? failuresFile : undefined,
    next: nextSteps({
      batch: config.batch,
      file: config.fileShown,
      failures: config.failuresShown,
      program: calledAs(conclusion.environment),
      argv: conclusion.argv,
      counts,
      status,
      sending,
      blocked: checked.blocked,
      plan: checked.plan,
    }),
  };
  return { summary, notes };
}

/** A file that cannot be written (its folder is gone, its disk is full) must not keep back what the run did. */
async function problemOf(work: Promise<void>): Promise<Problem | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

const sayError = ({ message, remedy }: NonNullable<Summary['error']>): string =>
  remedy === undefined ? message : `${message} ${remedy}`;

const toldError = ({ code, message, remedy }: Problem): NonNullable<Summary['error']> => ({
  code,
  message,
  ...(remedy === undefined ? {} : { remedy }),
});

/** Prints the summary: as JSON for scripts, else for a person. */
export function printConclusion({ summary, notes }: Concluded, json: boolean, io: Io): void {
  if (json && summary.error !== undefined) io.say(sayError(summary.error));
  io.print(json ? JSON.stringify(summary) : summaryText(summary, notes));
}
