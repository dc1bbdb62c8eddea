import { sayDuration } from '../common/duration.js';
import { EXIT, type ExitStatus, SIGNAL_EXIT, sayProblem } from '../common/errors.js';
import { sayMoment } from '../common/moment.js';
import type { StopReason } from '../common/stop.js';
import type { Counts } from '../output/counts.js';
import { counted } from '../output/labelled.js';

export interface RunFacts {
  readonly counts: Counts;
  /** Rows in doubt of an earlier file that this run's file does not have. */
  readonly leftInDoubt: number;
  readonly stopped: StopReason | undefined;
  /** Rows that would still have been sent, had the run not stopped. */
  readonly unsent: boolean;
  /** Lines of the file failed the checks and were left out. */
  readonly findings: boolean;
  /** Rows were left out because --limit was reached. */
  readonly limited: boolean;
  /** The results, or another file that was asked for, could not be written. */
  readonly unwrittenFile: boolean;
}

/** The exit status of a run that got as far as sending. Pure; the table is in the README. */
export function exitStatusOf(facts: RunFacts): ExitStatus {
  const { counts, leftInDoubt, stopped, unsent, findings, limited, unwrittenFile } = facts;
  if (stopped?.kind === 'signal') return SIGNAL_EXIT[stopped.signal];
  const byRule = stopped?.kind === 'canary' || stopped?.kind === 'max-failures';
  // A rule that stopped the batch after its last row stopped nothing.
  const early = stopped !== undefined && stopped.kind !== 'until' && (!byRule || unsent);
  if (unwrittenFile || early) return EXIT.stoppedEarly;
  if (counts.in_doubt + leftInDoubt > 0) return EXIT.someInDoubt;
  if (counts.failed + counts.invalid > 0 || findings) return EXIT.someFailed;
  return unsent && !limited && stopped?.kind !== 'until' ? EXIT.stoppedEarly : EXIT.ok;
}

/** The exit status of a run that was to send nothing: a dry run, or one that findings keep back. Pure. */
export function exitStatusUnsent({
  blocked,
  findings,
  unwrittenFile,
}: Pick<RunFacts, 'findings' | 'unwrittenFile'> & { readonly blocked: boolean }): ExitStatus {
  if (blocked || unwrittenFile) return EXIT.nothingSent;
  return findings ? EXIT.someFailed : EXIT.ok;
}

/** The exit status of a command that places no order of its own: why it was stopped, else what it found. Pure. */
export function exitStatusOfLook(stopped: StopReason | undefined, found: ExitStatus): ExitStatus {
  if (stopped === undefined) return found;
  return stopped.kind === 'signal' ? SIGNAL_EXIT[stopped.signal] : EXIT.stoppedEarly;
}

/** What the next run has to do, in rows. */
export type Left = Pick<Counts, 'in_doubt' | 'not_sent'>;
const NOTHING_LEFT: Left = { in_doubt: 0, not_sent: 0 };

/** Why a run stopped, to be read after the word `Stopped`; `undefined` for one that finished. */
export function sayStop(reason: StopReason | undefined, left: Left = NOTHING_LEFT): string | undefined {
  switch (reason?.kind) {
    case undefined:
      return undefined;
    case 'signal':
      return left.in_doubt === 0
        ? `by ${reason.signal}: the orders in flight were answered and written.`
        : `by ${reason.signal}. The next run first checks the ${counted(left.in_doubt, 'row')} in doubt.`;
    case 'canary':
      return `by the canary: the order for ${reason.serialNumber} ${reason.status === 'failed' ? 'has failed' : `is ${reason.status}`}, so nothing else was sent.`;
    case 'max-failures':
      return `by --max-failures: ${reason.failures} of ${reason.finished} finished rows have failed or are in doubt.`;
    case 'until':
      return `by --until: no order was started after ${sayMoment(reason.at)}.${sayWaiting(left.not_sent)}`;
    case 'portal-unreachable':
      return `because the portal gave no usable answer for ${sayDuration(reason.forMs)}.`;
    case 'access-lost':
    case 'problem':
      return sayProblem(reason.problem);
  }
}

const sayWaiting = (rows: number): string =>
  rows === 0 ? '' : ` ${counted(rows, 'row')} ${rows === 1 ? 'is' : 'are'} left for the next run.`;

/** The same for scripts; nothing for one that finished. */
export function jsonOfStop(
  reason: StopReason | undefined,
  left: Left = NOTHING_LEFT,
): { readonly stopped?: { readonly kind: string; readonly message: string } } {
  const message = sayStop(reason, left);
  return reason === undefined || message === undefined ? {} : { stopped: { kind: reason.kind, message } };
}
