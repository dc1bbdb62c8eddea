import type { Logger } from 'pino';
import { beforeOrders } from '../batch/before-orders.js';
import { type CheckedBatch, checkBatch } from '../batch/check.js';
import { type Connection, tryToConnect } from '../batch/connect.js';
import { commandsOf, nextAfterProblem, sayStep } from '../batch/next-steps.js';
import { noteEnd } from '../batch/note-run.js';
import { tellOfProblem, tellOthers } from '../batch/notify-others.js';
import { sendOrders } from '../batch/send-orders.js';
import { conclude } from '../batch/summarise.js';
import type { Call, Ending } from '../cli/call.js';
import { type RunConfig, runConfigOf } from '../cli/config.js';
import { endingOf } from '../cli/ending.js';
import type { RunOption } from '../cli/options.js';
import { EXIT, Problem, sayProblem } from '../common/errors.js';
import { findJob } from '../job/load.js';
import { takeLedger } from '../ledger/open.js';
import { assertWritable } from '../output/atomic-file.js';
import { openLog } from '../output/log.js';
import { createProgress, type Progress } from '../output/progress.js';
import { summaryText } from '../output/summary.js';

export type RunCall = Call<RunOption>;

/** What the parts of this command share. */
interface Run extends RunCall {
  readonly config: RunConfig;
  /** Monotonic ms. */
  readonly startedAt: number;
}

/** The main job: checks the file, resolves names, places the orders, writes the results. */
export async function run(call: RunCall): Promise<Ending> {
  const config = runConfigOf(call);
  const { io, secrets, clock, stop } = call;
  if (config.notify !== undefined) secrets.add(config.notify);
  const startedAt = clock.monotonic();
  let sending = false;
  const onSending: Call['onSending'] = (force) => {
    sending = true;
    call.onSending(force);
  };
  try {
    return await placeBatch({ ...call, onSending, config, startedAt });
  } catch (error) {
    const next = nextAfterProblem(error, { ...call, batch: config.batch, sending });
    const ending = endingOf(error, stop.reason(), io, {
      ...unknownYet(config),
      // The ledger alone knows, and it is out of reach.
      ...(sending ? { sent: null } : {}),
      durationMs: Math.round(clock.monotonic() - startedAt),
      next: commandsOf(next),
    });
    // The problem has said the first one.
    for (const line of next.slice(1).flatMap(sayStep)) io.say(line);
    const problem = error instanceof Problem ? error : undefined;
    return {
      ...ending,
      after: async () => {
        if (problem !== undefined && problem.code !== 'declined')
          await tellOfProblem(problem, { ...call, config });
      },
    };
  }
}

/** The summary of a run that ended before its file was checked: nothing was sent. */
const unknownYet = ({ batch, job, file, ledger, sandbox }: RunConfig) => ({
  batch,
  job,
  file,
  results: null,
  ledger: ledger.name,
  sandbox,
  counts: null,
  sent: 0,
  plan: null,
});

async function placeBatch(run: Run): Promise<Ending> {
  const { config, io, stop, clock, secrets, releasers } = run;
  const job = await findJob(config.job, run.cwd);
  await assertOutputs(config);
  const log = openLog({
    file: config.logFile,
    level: config.logLevel,
    toStderr: config.logAsked,
    secrets,
    warn: io.warn,
  });
  releasers.add(log.close);
  const { batch, lockWait } = config;
  const ledger = await takeLedger(config.ledger, { batch, clock, lockWait, warn: io.warn });
  releasers.add(ledger.close);
  if (config.sandbox) io.note('SANDBOX: a simulated portal. No real order is placed.');
  const progress = createProgress({ io, clock, logger: log.logger, batch: config.batch });
  releasers.add(progress.stop);
  // Without access the file is checked all the same, so that whoever runs this sees at once all there is to fix.
  const connection = await tryToConnect({
    ...run,
    clock: ledger.clock,
    ownClock: clock,
    shared: ledger.shared,
    simulatedOrders: config.ledger.simulatedOrders,
    logger: log.logger,
    emit: progress.emit,
  });
  const checked = await checkBatch({
    config,
    job,
    ledger,
    io,
    connection,
    warn: (message) => progress.emit({ type: 'warning', message }),
    base: {
      batch: config.batch,
      job,
      ledger,
      stop,
      clock: ledger.clock,
      emit: progress.emit,
    },
  });

  try {
    return await carryOut(run, checked, progress, connection(), log.logger);
  } catch (error) {
    // A run that was refused, or declined, has ended all the same.
    const exitStatus = error instanceof Problem ? error.exitStatus : EXIT.stoppedEarly;
    await noteEnd(run, checked, exitStatus === EXIT.nothingSent ? 0 : null, exitStatus);
    throw error;
  }
}

/** What is to be written at the end must be writable before anything is sent. */
async function assertOutputs({ out, failures, report, metricsFile }: RunConfig): Promise<void> {
  await assertWritable(out, '--out');
  if (failures !== undefined) await assertWritable(failures, '--failures');
  if (report !== undefined) await assertWritable(report, '--report');
  if (metricsFile !== undefined) await assertWritable(metricsFile, '--metrics-file');
}

/** From the checked batch to its summary. */
async function carryOut(
  run: Run,
  checked: CheckedBatch,
  progress: Progress,
  connection: Connection,
  log: Logger,
): Promise<Ending> {
  const { config, io, stop } = run;
  const { ledger } = checked.context;
  const sending = !checked.blocked && !config.dryRun;
  const { baseUrl: portal, account } = connection;
  const price = await beforeOrders({ ...run, checked, portal, account });
  const nothing = { sent: 0, askedMs: 0 };
  const { sent, askedMs } = sending ? await sendOrders(run, checked, progress, connection, log) : nothing;
  const lost = sending ? ledger.lost() : undefined;
  if (lost !== undefined) {
    const reason = stop.reason();
    stop.request({ kind: 'problem', problem: lost });
    if (reason?.kind !== 'problem' && reason !== undefined) io.warn(sayProblem(lost));
  }
  const stopped = stop.reason();
  const facts = {
    checked,
    ledger,
    startedAt: run.startedAt + askedMs,
    sending,
    sent,
    stopped,
    met: progress.met(),
    price,
  };
  const concluded = await conclude({ ...run, ...facts });
  await noteEnd(run, checked, concluded.summary.sent, concluded.summary.exitCode);
  log.info({ event: 'summary', ...concluded.summary });
  const { summary, notes } = concluded;
  if (config.json && concluded.unwritten !== undefined) io.say(sayProblem(concluded.unwritten));
  return {
    exitCode: summary.exitCode,
    json: { ...summary },
    text: summaryText(summary, notes),
    after: () => tellOthers({ ...run, concluded, checked, ledger, portal: connection.baseUrl }),
  };
}
