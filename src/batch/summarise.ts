import type { CommandLine } from '../cli/command-line.js';
import type { RunConfig } from '../cli/config.js';
import type { Given } from '../cli/resolve-options.js';
import type { Clock } from '../common/clock.js';
import { EXIT, Problem } from '../common/errors.js';
import type { StopReason } from '../common/stop.js';
import type { Ledger } from '../ledger/ledger.js';
import { costOf } from '../output/cost.js';
import { countRows } from '../output/counts.js';
import { counted } from '../output/labelled.js';
import type { BatchPrice } from '../output/price.js';
import type { Met } from '../output/progress-state.js';
import { writeFailures, writeResults } from '../output/results.js';
import type { ResultsSource } from '../output/results-lines.js';
import type { Failure, Summary, SummaryNotes } from '../output/summary.js';
import type { CheckedBatch } from './check.js';
import { exitStatusOf, exitStatusUnsent, jsonOfStop } from './exit-status.js';
import { assertComplete } from './load-file.js';
import { commandsOf, type NextStep, nextSteps, sayStep } from './next-steps.js';

export interface Conclusion {
  readonly config: RunConfig;
  /** The options as typed: the next command repeats them. */
  readonly given: Given;
  readonly commandLine: CommandLine;
  readonly checked: CheckedBatch;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly startedAt: number;
  /** Whether orders were to be placed at all. */
  readonly sending: boolean;
  readonly sent: number;
  readonly stopped: StopReason | undefined;
  readonly met: Met;
  /** What the orders were to cost, if it was asked. */
  readonly price: BatchPrice | undefined;
}

export interface Concluded {
  readonly summary: Summary;
  readonly notes: SummaryNotes;
  readonly next: readonly NextStep[];
  /** Why the results, or another file that was asked for, could not be written. */
  readonly unwritten: Problem | undefined;
}

/** Serial numbers in doubt that are named. */
const NAMED = 10;

/** Writes the results and says how it went. The counts are checked against the file before anything is said. */
export async function conclude(conclusion: Conclusion): Promise<Concluded> {
  const { config, checked, ledger, clock, sending, sent, stopped } = conclusion;
  const runKey = { batch: config.batch, runNo: checked.context.runNo };
  const counts = sending ? await countRows(ledger, runKey) : checked.counts;
  assertComplete(checked.rows, counts.total);
  const unwritten = await writeFiles({ ledger, batch: checked.record }, config);
  const error = unwritten.results ?? unwritten.failures;
  const limited = config.limit !== undefined;
  const failedBefore = sending ? await ledger.read.queue(runKey, 'failed-before', -1) : [];
  const unsent = counts.not_sent > 0 || failedBefore.length > 0;
  const left = sending ? await ledger.read.leftInDoubt(runKey, NAMED) : undefined;
  const leftInDoubt = left?.rows ?? 0;
  const findings = checked.findings.count() > 0;
  const unwrittenFile = error !== undefined;
  const status = sending
    ? exitStatusOf({ counts, leftInDoubt, stopped, unsent, limited, findings, unwrittenFile })
    : exitStatusUnsent({ blocked: checked.blocked, findings, unwrittenFile });
  const cutShort = sending && (stopped?.kind === 'until' ? unsent : status !== EXIT.ok);
  // A look through a million rows for what is known not to be there takes a part of a second each.
  const failures = counts.failed > 0 ? await ledger.read.failures(runKey) : [];
  const inDoubt =
    counts.in_doubt > 0 ? await ledger.read.inStatus(config.batch, 'in_doubt', '', runKey.runNo) : [];
  const next = nextSteps({
    ...conclusion,
    batch: config.batch,
    file: config.fileShown,
    failures: config.failuresShown,
    counts,
    leftInDoubt,
    status,
    blocked: checked.blocked,
    plan: checked.plan,
    untilPassed: config.until !== undefined && config.until <= clock.now(),
  });
  const cost = counts.succeeded + counts.pending > 0 ? await costOf(ledger, runKey) : undefined;
  const summary: Summary = {
    batch: config.batch,
    job: checked.record.job,
    file: config.file,
    results: unwritten.results === undefined ? config.out : null,
    ledger: config.ledger.name,
    sandbox: config.sandbox,
    counts,
    sent,
    plan: checked.plan,
    ...(conclusion.price === undefined ? {} : { price: conclusion.price }),
    ...(cost === undefined ? {} : { cost }),
    durationMs: Math.round(clock.monotonic() - conclusion.startedAt),
    exitCode: status,
    ...jsonOfFindings(checked),
    ...(error === undefined ? {} : { error: toldError(error) }),
    ...(cutShort ? jsonOfStop(stopped, counts) : {}),
    ...(leftInDoubt === 0 ? {} : { leftInDoubt }),
    ...(failures.length === 0 ? {} : { failures: failures.map(failureOf) }),
    next: commandsOf(next),
  };
  const notes: SummaryNotes = {
    didNothing: sending ? undefined : config.dryRun ? 'dry run: nothing was sent' : 'nothing was sent',
    met: conclusion.met,
    inDoubt: inDoubt.slice(0, NAMED).map((row) => row.serial_number),
    leftInDoubt: left?.serialNumbers ?? [],
    failuresFile: unwritten.failures === undefined ? config.failures : undefined,
    next: next.flatMap(sayStep),
  };
  return { summary, notes, next, unwritten: error };
}

/** Writes the results and the failures, if they were asked for. @returns why one of them could not be written */
async function writeFiles(
  source: ResultsSource,
  { out, failures }: Pick<RunConfig, 'out' | 'failures'>,
): Promise<{ readonly results: Problem | undefined; readonly failures: Problem | undefined }> {
  return {
    results: await problemOf(writeResults(source, out)),
    failures: failures === undefined ? undefined : await problemOf(writeFailures(source, failures)),
  };
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

const toldError = ({ code, message, remedy }: Problem): NonNullable<Summary['error']> => ({
  code,
  message,
  ...(remedy === undefined ? {} : { remedy }),
});

function jsonOfFindings({
  findings,
  blocked,
}: CheckedBatch): Pick<Summary, 'error' | 'findings' | 'findingsCount'> {
  const { count, list } = findings.found();
  if (count === 0) return {};
  const error = {
    code: 'findings',
    message: `The file has ${counted(count, 'problem')}, so nothing was sent.`,
  };
  return { ...(blocked ? { error } : {}), findings: list, findingsCount: count };
}

const failureOf = ({
  error_code,
  rows,
  example,
  message,
}: Awaited<ReturnType<Ledger['read']['failures']>>[number]): Failure => ({
  code: error_code ?? 'unknown',
  rows: Number(rows),
  example,
  message: message ?? '',
});
