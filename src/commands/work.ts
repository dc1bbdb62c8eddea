import { resolve } from 'node:path';
import { connect } from '../batch/connect.js';
import { ledgerLocation } from '../batch/existing-ledger.js';
import type { Call, Ending } from '../cli/call.js';
import { Problem, SIGNAL_EXIT } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import { loadJob } from '../job/load.js';
import { joinLedger } from '../ledger/open.js';
import type { Work } from '../ledger/team-store.js';
import { openLog } from '../output/log.js';
import { createProgress } from '../output/progress.js';
import { type Participant, participate } from '../workers/participate.js';
import { startTogether } from '../workers/start-together.js';

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

/** How often the ledger is asked for runs to take part in, ms. */
const LOOK_EVERY_MS = 500;

/** A worker: sends rows of whatever runs are open in a shared ledger, until it is stopped. */
export async function work(call: Call<WorkOption>): Promise<Ending> {
  const { options, io, clock, stop, secrets, releasers } = call;
  call.onSending(() => undefined);
  const log = openLog({
    file: options.logFile && resolve(call.cwd, options.logFile),
    level: options.logLevel,
    toStderr: false,
    secrets,
    warn: (message) => io.say(`Warning: ${message}`),
  });
  releasers.add(log.close);
  const progress = createProgress({ io, clock, logger: log.logger, batch: '' });
  const location = ledgerLocation(call);
  const ledger = await joinLedger(location, clock);
  if (ledger?.shared === undefined) throw needsServer();
  releasers.add(ledger.close);
  const onError = (error: unknown): void => log.logger.error({ event: 'worker', err: error });
  const together = await startTogether(ledger.shared, onError, releasers);
  const connection = await connect({
    ...call,
    sandbox: options.sandbox,
    faults: options.fault,
    portal: options.portal,
    simulatedOrders: location.simulatedOrders,
    shared: ledger.shared,
    clock: ledger.clock,
    timeoutMs: options.timeout,
    rate: undefined,
    giveUpAfterMs: options.giveUpAfter,
    logger: log.logger,
    emit: progress.emit,
  });
  await connection.portal.checkAccess();
  io.note(
    `A worker for the ledger ${ledger.name}. It takes part in whatever runs there. Stop it with Ctrl-C.`,
  );

  const taking = new Map<BatchId, Participant>();
  let runs = 0;
  const take = async (run: Work): Promise<void> => {
    const job = await loadJob(run.jobFile ?? run.job);
    const context = { job, ledger, ...connection, ...together, clock: ledger.clock, emit: progress.emit };
    const participant = participate(context, run);
    taking.set(run.batch, participant);
    runs++;
    io.note(`Takes part in the batch ${run.batch}, run ${run.runNo}.`);
    void participant.over.then((reason) => {
      taking.delete(run.batch);
      const why = reason !== undefined && 'problem' in reason ? `: ${reason.problem.message}` : '';
      io.note(`The batch ${run.batch} is over for this worker${why}`);
    });
  };

  while (!stop.signal.aborted) {
    for (const run of await together.store.openWork()) if (!taking.has(run.batch)) await take(run);
    await clock.sleep(LOOK_EVERY_MS, stop.signal);
  }
  await Promise.all([...taking.values()].map((participant) => participant.leave()));
  const reason = stop.reason();
  if (reason?.kind === 'problem') throw reason.problem;
  const exitCode = reason?.kind === 'signal' ? SIGNAL_EXIT[reason.signal] : 0;
  return { exitCode, json: { ledger: ledger.name, runs } };
}

const needsServer = (): Problem =>
  new Problem('wrong_option', 'A worker needs a ledger that several machines share.', {
    remedy: 'Name it with --ledger postgres://… or in BATCH_LEDGER.',
  });
