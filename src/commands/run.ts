import { existsSync } from 'node:fs';
import { type CheckedBatch, checkBatch } from '../batch/check.js';
import { type Connection, connect } from '../batch/connect.js';
import { tellOfProblem, tellOthers } from '../batch/notify-others.js';
import { conclude, printConclusion } from '../batch/summarise.js';
import type { Environment, RunConfig } from '../cli/config.js';
import type { Io } from '../cli/io.js';
import type { Clock } from '../common/clock.js';
import { Problem } from '../common/errors.js';
import type { Releasers } from '../common/releasers.js';
import type { Secrets } from '../common/secrets.js';
import type { Stop } from '../common/stop.js';
import { referenceOf } from '../evidence/reference.js';
import { loadJob } from '../job/load.js';
import { type Ledger, openLedger } from '../ledger/ledger.js';
import { lockLedger } from '../ledger/sqlite/lock.js';
import { knowsBatch } from '../ledger/sqlite/peek.js';
import { assertWritable } from '../output/atomic-file.js';
import { openLog } from '../output/log.js';
import { overview } from '../output/overview.js';
import { createProgress, type Progress } from '../output/progress.js';
import { runBatch } from '../runner/run-batch.js';

export interface RunDependencies {
  readonly config: RunConfig;
  readonly environment: Environment;
  /** The arguments as typed. */
  readonly argv: readonly string[];
  readonly io: Io;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly secrets: Secrets;
  readonly releasers: Releasers;
  /** Called when orders may be in flight from now on: a signal then has to be waited for. */
  readonly onSending: (force: () => void) => void;
}

/** The main job: checks the file, resolves names, places the orders, writes the results. @returns the exit status */
export async function run(dependencies: RunDependencies): Promise<number> {
  const { config, io, secrets } = dependencies;
  if (config.notify !== undefined) secrets.add(config.notify);
  try {
    return await place(dependencies);
  } catch (error) {
    if (error instanceof Problem) await tellOfProblem(error, config, io);
    throw error;
  }
}

async function place(dependencies: RunDependencies): Promise<number> {
  const { config, io, clock, stop, secrets, releasers } = dependencies;
  const startedAt = clock.monotonic();
  const job = await loadJob(config.job);
  await assertWritable(config.out, '--out');
  if (config.failures !== undefined) await assertWritable(config.failures, '--failures');
  if (config.report !== undefined) await assertWritable(config.report, '--report');
  if (config['metrics-file'] !== undefined) await assertWritable(config['metrics-file'], '--metrics-file');
  const log = openLog({
    file: config['log-file'],
    level: config['log-level'],
    toStderr: config.logAsked,
    secrets,
    warn: (message) => io.say(`Warning: ${message}`),
  });
  releasers.add(log.close);
  const ledger = await takeLedger(dependencies);
  if (config.sandbox) sayItIsTheSandbox(config, io);
  const progress = createProgress({ io, clock, logger: log.logger, batch: config.batch });
  releasers.add(progress.stop);
  const connection = await tryToConnect(dependencies, log.logger, progress);
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
      clock,
      emit: progress.emit,
    },
  });

  const sending = !checked.blocked && !config['dry-run'];
  if (!checked.blocked) io.say(await sayPlan(dependencies, checked, connection().baseUrl));
  const nothing = { sent: 0, askedMs: 0 };
  const { sent, askedMs } = sending ? await send(dependencies, checked, progress, connection()) : nothing;
  const lost = sending ? ledger.lost() : undefined;
  if (lost !== undefined) {
    const reason = stop.reason();
    stop.request({ kind: 'problem', problem: lost });
    if (reason?.kind !== 'problem' && reason !== undefined) io.say(`Warning: ${lost.message} ${lost.remedy}`);
  }
  const stopped = stop.reason();
  const facts = {
    checked,
    ledger,
    startedAt: startedAt + askedMs,
    sending,
    sent,
    stopped,
    met: progress.met(),
  };
  const concluded = await conclude({ ...dependencies, ...facts });
  log.logger.info({ event: 'summary', ...concluded.summary });
  printConclusion(concluded, config.json, io);
  await tellOthers({ ...dependencies, concluded, checked, ledger });
  return concluded.summary.exitCode;
}

function sayItIsTheSandbox({ realLedger, ledger, batch, out }: RunConfig, io: Io): void {
  io.say('SANDBOX: a simulated portal. No real order is placed.');
  if (realLedger === ledger || !existsSync(out) || !knowsBatch(realLedger, batch)) return;
  io.say(
    `Warning: ${out} may be that of real orders: simulated results take its place. The command ` +
      '`results` without --sandbox writes it again; --out keeps the two apart.',
  );
}

/**
 * Without access the file is checked all the same, so that whoever runs this sees at once all there is to
 * mend: the reason is thrown when the portal is first needed.
 */
async function tryToConnect(
  dependencies: RunDependencies,
  logger: Parameters<typeof connect>[0]['logger'],
  progress: Progress,
): Promise<() => Connection> {
  const { config } = dependencies;
  try {
    const connection = await connect({
      ...dependencies,
      sandbox: config.sandbox,
      faults: config.fault,
      portal: config.portal,
      ledger: config.ledger,
      timeoutMs: config.timeout,
      rate: config.rate,
      giveUpAfterMs: config['give-up-after'],
      logger,
      emit: progress.emit,
    });
    return () => connection;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

async function takeLedger({ config, clock, releasers }: RunDependencies): Promise<Ledger> {
  const release = await lockLedger(config.ledger, config['lock-wait'], clock);
  releasers.add(release);
  const ledger = await openLedger(config.ledger, config.sandbox ? 'sandbox' : 'portal', clock);
  releasers.add(ledger.close);
  return ledger;
}

function sayPlan({ config }: RunDependencies, checked: CheckedBatch, portal: string): Promise<string> {
  const { context, names, counts, unusedColumns } = checked;
  return overview(context.ledger, context, names, {
    file: config.fileShown,
    job: config.job,
    unusedColumns,
    portal,
    sandbox: config.sandbox,
    counts,
    limit: config.limit,
    resends: config['on-doubt'] === 'resend',
    concurrency: config.concurrency,
    rate: config.rate,
    referenceOf: config['dry-run']
      ? (row) => referenceOf(context.batch, context.settings.useReference, row)
      : undefined,
  });
}

/** Asks where there is a person to ask, then sends. @returns orders placed, and how long the person took, ms */
async function send(
  { config, io, clock, onSending }: RunDependencies,
  { context, counts }: CheckedBatch,
  progress: Progress,
  connection: Connection,
): Promise<{ sent: number; askedMs: number }> {
  const askedAt = clock.monotonic();
  const waiting = counts.not_sent + counts.failed + counts.in_doubt;
  if (waiting > 0 && io.interactive && !config.yes && !(await io.ask('Place them?'))) {
    throw new Problem('declined', 'Nothing was sent.', { remedy: 'Answer y to go on, or use --yes.' });
  }
  const askedMs = clock.monotonic() - askedAt;
  onSending(connection.portal.close);
  const { succeeded, invalid, total } = counts;
  progress.start({ total, done: succeeded + invalid, pace: connection.pace, breaker: connection.breaker });
  const { sent } = await runBatch(context);
  progress.stop();
  return { sent, askedMs };
}
