import { EXIT, type ExitStatus, Problem, SIGNAL_EXIT, sayProblem } from '../common/errors.js';
import type { StopReason } from '../common/stop.js';
import type { Io } from '../output/io.js';
import type { Ending } from './call.js';

/**
 * How a command ends that threw: a problem is said with its remedy, a defect with its stack.
 * @param reason why the command was told to stop, if it was
 * @param facts for scripts, as far as they are known
 */
export function endingOf(
  error: unknown,
  reason: StopReason | undefined,
  io: Io,
  facts: Ending['json'] = {},
): Ending {
  if (error instanceof Problem) {
    const { code, message, remedy, findings } = error;
    io.say(sayProblem(error));
    return {
      exitCode: exitStatusOfProblem(error, reason),
      json: {
        ...facts,
        error: { code, message, ...(remedy === undefined ? {} : { remedy }) },
        ...(findings === undefined ? {} : { findings: findings.list, findingsCount: findings.count }),
      },
    };
  }
  io.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const remedy = 'No order is forgotten: the same command first looks for the orders that were in flight.';
  io.say(`This is a bug in yeastar-batch. ${remedy}`);
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: EXIT.stoppedEarly, json: { ...facts, error: { code: 'defect', message, remedy } } };
}

/** A command that was stopped by a signal says so with its exit status, whatever it met on its way out. */
const exitStatusOfProblem = (problem: Problem, reason: StopReason | undefined): ExitStatus =>
  reason?.kind === 'signal' ? SIGNAL_EXIT[reason.signal] : problem.exitStatus;
