import type { Logger } from 'pino';
import { ledgerLocation } from '../batch/existing-ledger.js';
import { exitStatusOfLook } from '../batch/exit-status.js';
import { logOf } from '../batch/log-of.js';
import { type Met, takePart } from '../batch/take-part.js';
import type { Call, Ending } from '../cli/call.js';
import { EXIT, Problem } from '../common/errors.js';
import { createReleasers } from '../common/releasers.js';
import { joinLedger } from '../ledger/open.js';

type WorkOption =
  | 'ledger'
  | 'sandbox'
  | 'envFile'
  | 'quiet'
  | 'json'
  | 'timeout'
  | 'giveUpAfter'
  | 'logFile'
  | 'logLevel'
  | 'fault'
  | 'portal';

type WorkCall = Call<WorkOption>;

/** Before a database that went away is tried again, ms. */
const AGAIN_MS = 2_000;

/** A worker: sends rows of whatever runs are open in a shared ledger, until it is stopped. */
export async function work(call: WorkCall): Promise<Ending> {
  const { io, clock, stop } = call;
  call.onSending(() => undefined);
  const { name } = ledgerLocation(call);
  const logger = logOf(call);
  const met: Met = { ledger: false, portal: false, runs: 0 };
  while (!stop.signal.aborted) {
    const problem = await workUntilCutOff(call, logger, met);
    if (problem === undefined) break;
    io.warn(`${problem.message} This worker tries again.`);
    await clock.sleep(AGAIN_MS, stop.signal);
  }
  const reason = stop.reason();
  if (reason?.kind === 'problem') throw reason.problem;
  return { exitCode: exitStatusOfLook(reason, EXIT.stoppedEarly), json: { ledger: name, runs: met.runs } };
}

/** A database or a portal that has answered once may come back; what is wrong from the start is for a person. */
const mayPass = ({ code, exitStatus }: Problem, met: Met): boolean =>
  code.startsWith('ledger_')
    ? met.ledger
    : met.portal && exitStatus === EXIT.stoppedEarly && code !== 'access_refused';

/** @returns why the database cannot be used any more; undefined: the worker was stopped */
async function workUntilCutOff(call: WorkCall, log: Logger, met: Met): Promise<Problem | undefined> {
  const releasers = createReleasers();
  try {
    const ledger = await joinLedger(ledgerLocation(call), {
      clock: call.clock,
      warn: call.io.warn,
    });
    if (ledger?.shared === undefined) throw needsServer();
    releasers.add(ledger.close);
    met.ledger = true;
    await takePart(call, ledger, ledger.shared, log, releasers, met);
    return ledger.lost();
  } catch (error) {
    if (!(error instanceof Problem) || !mayPass(error, met)) throw error;
    return error;
  } finally {
    await releasers.run();
  }
}

const needsServer = (): Problem =>
  new Problem('wrong_option', 'A worker needs a ledger that several machines share.', {
    remedy: 'Name it with --ledger postgres://… or in BATCH_LEDGER.',
  });
