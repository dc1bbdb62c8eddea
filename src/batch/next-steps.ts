import { type CommandLine, only, without } from '../cli/command-line.js';
import type { OptionName } from '../cli/options.js';
import type { Given } from '../cli/resolve-options.js';
import { EXIT, Problem } from '../common/errors.js';
import type { Counts } from '../output/counts.js';

/** What the user may do next: a sentence, and a command if one does it. */
export interface NextStep {
  readonly say: string;
  /** As it can be typed. */
  readonly command?: string;
}

export interface Situation {
  readonly batch: string;
  /** The input, and the file of the rows that did not succeed, as typed. */
  readonly file: string;
  readonly failures: string | undefined;
  readonly commandLine: CommandLine;
  /** The options as typed. */
  readonly given: Given;
  readonly counts: Counts;
  /** Rows in doubt of an earlier file that this one does not have. */
  readonly leftInDoubt: number;
  readonly status: number;
  readonly sending: boolean;
  readonly blocked: boolean;
  readonly plan: string | null;
  /** The time of --until is over: the next command does without it. */
  readonly untilPassed: boolean;
}

/** What a command about the same batch needs to be given again: one that reads the ledger, one that asks the portal. */
const OF_LEDGER: readonly OptionName[] = ['ledger', 'sandbox'];
const OF_PORTAL: readonly OptionName[] = [...OF_LEDGER, 'envFile', 'portal'];

/** A webhook's address is a secret. */
const LEFT_OUT: readonly OptionName[] = ['dryRun', 'notify'];

/** The rows that did not succeed are a file of their own: with results, and to be approved, of their own. */
const OF_ONE_FILE: readonly OptionName[] = ['batch', 'out', 'failures', 'report', 'skipInvalid', 'plan'];

/** What to type next, if there is something to do. Pure. */
export function nextSteps(all: Situation): readonly NextStep[] {
  const situation = all.untilPassed ? { ...all, given: without(all.given, ['until']) } : all;
  const { file, commandLine, given, counts, leftInDoubt, status, sending, blocked, plan } = situation;
  const run = (options: Given): string => commandLine(undefined, file, without(options, LEFT_OUT));
  if (blocked) return afterFindings(situation);
  if (!sending) {
    const open = counts.not_sent + counts.failed + counts.in_doubt;
    if (plan === null || open === 0) return [];
    return [{ say: 'place exactly this:', command: run({ ...given, plan }) }];
  }
  if (status === EXIT.stoppedEarly || status >= EXIT.hungUp) {
    return [{ say: 'run the same command to continue:', command: run(given) }];
  }
  if (counts.in_doubt + leftInDoubt > 0) {
    const command = commandLine('reconcile', situation.batch, only(given, OF_PORTAL));
    return [{ say: 'look at the portal again, without placing an order:', command }];
  }
  if (counts.failed + counts.invalid > 0 && situation.failures !== undefined)
    return [sendFailures(situation)];
  if (counts.failed > 0) return [sendAgain('fix what failed', situation)];
  if (counts.not_sent > 0) return [{ say: `${counts.not_sent} rows wait:`, command: run(given) }];
  if (counts.pending > 0) {
    const command = commandLine('reconcile', situation.batch, only(given, OF_PORTAL));
    return [
      { say: 'after the pending orders are paid, ask about them again, without placing an order:', command },
    ];
  }
  return [];
}

function afterFindings({ file, commandLine, given, plan, counts }: Situation): readonly NextStep[] {
  if (plan === null || given.skipInvalid === true) {
    return [{ say: 'fix the file and run the same command again.' }];
  }
  const fix = 'fix the problems above and run the same command again';
  // An approved plan is not that of fewer rows.
  if (given.plan !== undefined || counts.not_sent + counts.failed + counts.in_doubt === 0)
    return [{ say: `${fix}.` }];
  const command = commandLine(undefined, file, { ...without(given, ['notify']), skipInvalid: true });
  return [{ say: `${fix}, or leave those rows out:`, command }];
}

/** A file that was changed has another plan: if this one had to be approved, that one has to be too. */
function sendAgain(fix: string, { file, commandLine, given }: Situation): NextStep {
  const options = without(given, [...LEFT_OUT, 'plan']);
  return given.plan === undefined
    ? { say: `${fix}, then send those rows again:`, command: commandLine(undefined, file, options) }
    : {
        say: `${fix}, then have the new plan approved:`,
        command: commandLine(undefined, file, { ...options, dryRun: true }),
      };
}

function sendFailures({ batch, failures = '', commandLine, given }: Situation): NextStep {
  const options = { ...without(given, [...LEFT_OUT, ...OF_ONE_FILE]), batch };
  return given.plan === undefined
    ? {
        say: `fix ${failures}, then run it as a part of this batch:`,
        command: commandLine(undefined, failures, options),
      }
    : {
        say: `fix ${failures}, then have it approved as a part of this batch:`,
        command: commandLine(undefined, failures, { ...options, dryRun: true }),
      };
}

/** What to type after a problem that the same command outlives: a portal that was away, a ledger that was in use. */
export function nextAfterProblem(
  error: unknown,
  {
    subject,
    given,
    commandLine,
    batch,
    sending,
  }: Pick<Situation, 'commandLine' | 'given' | 'batch' | 'sending'> & { readonly subject: string },
): readonly NextStep[] {
  const passes: readonly number[] = [EXIT.stoppedEarly, EXIT.ledgerHeld];
  if (!(error instanceof Problem)) return [];
  if (error.code !== 'declined' && !passes.includes(error.exitStatus)) return [];
  const again: NextStep = {
    say: 'run the same command to continue:',
    command: commandLine(undefined, subject, without(given, ['notify'])),
  };
  if (!sending || !error.code.startsWith('ledger_')) return [again];
  return [
    again,
    {
      say: 'The results were not written. When the database answers again, this writes them and places no order:',
      command: commandLine('results', batch, only(given, OF_LEDGER)),
    },
  ];
}

/** What to type after `reconcile`. Pure. */
export function nextAfterReconcile({
  subject: batch,
  commandLine,
  given,
  counts,
  leftInDoubt,
}: Pick<Situation, 'commandLine' | 'given' | 'counts' | 'leftInDoubt'> & {
  readonly subject: string;
}): readonly NextStep[] {
  const about = (command: string): string => commandLine(command, batch, only(given, OF_LEDGER));
  return counts.in_doubt + leftInDoubt > 0
    ? [
        {
          say: 'look for these rows in the Partner Portal; the next run of the file checks them first:',
          command: about('status'),
        },
      ]
    : [{ say: 'write the results again:', command: about('results') }];
}

/** For people: the sentence, and the command on a line of its own. */
export const sayStep = ({ say, command }: NextStep): readonly string[] =>
  command === undefined ? [say] : [say, command];

/** For scripts: the commands alone. */
export const commandsOf = (steps: readonly NextStep[]): readonly string[] =>
  steps.flatMap(({ command }) => (command === undefined ? [] : [command]));
