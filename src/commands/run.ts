import type { Clock } from '../clock.js';
import type { Environment, RunConfig } from '../config.js';
import { EXIT, Problem } from '../errors.js';
import type { Io } from '../io.js';
import { loadJob } from '../jobs.js';
import { type Ledger, openLedger } from '../ledger/ledger.js';
import { lockLedger } from '../ledger/lock.js';
import { assertWritable } from '../output/atomic-file.js';
import { countRows } from '../output/counts.js';
import { collectFindings } from '../output/findings.js';
import { openLog } from '../output/log.js';
import { createProgress } from '../output/progress.js';
import { writeFailures, writeResults } from '../output/results.js';
import { type Summary, summaryText } from '../output/summary.js';
import type { Releasers } from '../releasers.js';
import type { RunContext, SendSettings } from '../runner/context.js';
import { lookBack } from '../runner/look-back.js';
import { planHash } from '../runner/plan-hash.js';
import { runBatch } from '../runner/run-batch.js';
import type { Stop } from '../runner/stop.js';
import type { Secrets } from '../secrets.js';
import { type Connection, connect } from './connect.js';
import { exitStatusOf, sayStop } from './exit-status.js';
import { assertComplete, type Prepared, prepare } from './prepare.js';

export interface RunDependencies {
  readonly config: RunConfig;
  readonly environment: Environment;
  readonly io: Io;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly secrets: Secrets;
  readonly releasers: Releasers;
  /** Called when orders may be in flight from now on: a signal then has to be waited for. */
  readonly onSending: (force: () => void) => void;
}

/** The main job: checks the file, resolves names, places the orders, writes the results. */
export async function run(dependencies: RunDependencies): Promise<number> {
  const { config, io, clock, stop, secrets, releasers } = dependencies;
  const startedAt = clock.monotonic();
  const job = await loadJob(config.job);
  await assertWritable(config.out, '--out');
  if (config.failures !== undefined) await assertWritable(config.failures, '--failures');
  const log = openLog(config['log-file'], config['log-level'], config.logAsked, secrets);
  releasers.add(log.close);
  const ledger = await takeLedger(dependencies);
  if (config.sandbox) io.say('SANDBOX: a simulated portal. No real order is placed.');

  const progress = createProgress({ io, clock, logger: log.logger, batch: config.batch });
  releasers.add(progress.stop);
  const warn = (message: string): void => progress.emit({ type: 'warning', message });
  const findings = collectFindings();
  let connection: Connection | undefined;
  let unavailable: unknown;
  try {
    connection = await connect({
      ...dependencies,
      sandbox: config.sandbox,
      faults: config.fault,
      ledger: config.ledger,
      timeoutMs: config.timeout,
      rate: config.rate,
      giveUpAfterMs: config['give-up-after'],
      logger: log.logger,
      emit: progress.emit,
    });
  } catch (error) {
    // The file is checked all the same: whoever runs this sees everything that is to be mended at once.
    unavailable = error;
  }
  const theConnection = (): Connection => {
    if (connection === undefined) throw unavailable;
    return connection;
  };

  let prepared: Prepared;
  try {
    prepared = await prepare({ config, job, ledger, findings, warn, portal: () => theConnection().portal });
  } catch (error) {
    if (findings.count() > 0) io.say(findings.report(config.file));
    throw error;
  }
  const settings = sendSettings(config);
  const runKey = { batch: config.batch, runNo: prepared.runNo };
  const record = await ledger.read.batch(config.batch);
  if (record === undefined) throw new Error(`the batch ${config.batch} is gone from the ledger`);
  const context: RunContext = {
    ...runKey,
    ...theConnection(),
    job,
    settings,
    ledger,
    stop,
    clock,
    emit: progress.emit,
    echo: { current: settings.useReference ? record.reference_echo : 'none' },
  };

  const before = await countRows(ledger, runKey);
  const fileBroken = findings.concernFile();
  if (!fileBroken && record.looked_back_at === null && before.not_sent + before.failed > 0) {
    await adoptEarlierOrders(context, config, io, findings.add, warn);
  }
  const plan = fileBroken ? null : await planHash(ledger, runKey, job.name, settings.useReference);
  if (findings.count() > 0) io.say(findings.report(config.file));
  const blocked = fileBroken || (findings.count() > 0 && !config['skip-invalid']);
  const otherPlan = !blocked && config.plan !== undefined && config.plan.toLowerCase() !== plan;
  const sending = !blocked && !otherPlan && !config['dry-run'];

  const counts = await countRows(ledger, runKey);
  if (!fileBroken) assertComplete(prepared.rows, counts.total);
  let sent = 0;
  let status: number = blocked || otherPlan ? EXIT.nothingSent : EXIT.ok;
  if (config['dry-run'] && !blocked && !otherPlan && findings.count() > 0) status = EXIT.someFailed;
  if (otherPlan) {
    throw new Problem('another_plan', `The file's plan is ${plan}, not the approved ${config.plan}.`, {
      remedy: 'Nothing was sent. See with --dry-run what has changed, and have the new plan approved.',
    });
  }
  if (sending) {
    const toSend = counts.not_sent + counts.failed;
    if (toSend > 0 && io.interactive && !config.yes) {
      const question = `Place up to ${Math.min(toSend, config.limit ?? toSend)} orders at ${config.sandbox ? 'the SANDBOX' : theConnection().baseUrl}?`;
      if (!(await io.ask(question))) {
        throw new Problem('declined', 'Nothing was sent.', { remedy: 'Answer y to go on, or use --yes.' });
      }
    }
    dependencies.onSending(theConnection().portal.close);
    progress.start({
      total: counts.total,
      done: counts.succeeded + counts.invalid,
      pace: theConnection().pace,
      breaker: theConnection().breaker,
    });
    ({ sent } = await runBatch(context));
    progress.stop();
  }

  const after = await countRows(ledger, runKey);
  if (!fileBroken) assertComplete(prepared.rows, after.total);
  const latest = (await ledger.read.batch(config.batch)) ?? record;
  let results: string | null = null;
  if (!fileBroken) {
    await writeResults({ ledger, batch: latest }, config.out);
    results = config.out;
    if (config.failures !== undefined) await writeFailures({ ledger, batch: latest }, config.failures);
  }
  const reason = stop.reason();
  if (sending) {
    const left = await ledger.read.queue(runKey, 'failed-before', -1);
    const unsent = after.not_sent > 0 || left.length > 0;
    status = exitStatusOf({ counts: after, stopped: reason, unsent, limited: config.limit !== undefined });
  }
  const summary: Summary = {
    batch: config.batch,
    job: job.name,
    file: config.file,
    results,
    ledger: config.ledger,
    sandbox: config.sandbox,
    counts: after,
    sent,
    plan,
    durationMs: Math.round(clock.monotonic() - startedAt),
    exitCode: status,
  };
  log.logger.info({ event: 'summary', ...summary });
  if (config.json) io.print(JSON.stringify(summary));
  else {
    const failures = await ledger.read.failures(runKey);
    const inDoubt = await ledger.read.inStatus(config.batch, 'in_doubt', '', prepared.runNo);
    const notes = {
      dryRun: config['dry-run'],
      stopped: status === EXIT.ok || !sending ? undefined : sayStop(reason),
      failures: failures.map(({ error_code, rows, example, message }) => ({
        code: error_code ?? 'unknown',
        rows: Number(rows),
        example,
        message: message ?? '',
      })),
      inDoubt: inDoubt.slice(0, 10).map((row) => row.serial_number),
      failuresFile: config.failures,
      next: [],
    };
    io.print(summaryText(summary, notes));
  }
  return status;
}

async function takeLedger({ config, clock, releasers }: RunDependencies): Promise<Ledger> {
  const release = await lockLedger(config.ledger, config['lock-wait'], clock);
  releasers.add(release);
  const ledger = await openLedger(config.ledger, config.sandbox ? 'sandbox' : 'portal', clock);
  releasers.add(ledger.close);
  return ledger;
}

const sendSettings = (config: RunConfig): SendSettings => ({
  concurrency: config.concurrency,
  timeoutMs: config.timeout,
  maxAttempts: config['max-attempts'],
  settleMs: config.settle,
  onDoubt: config['on-doubt'],
  useReference: !config['no-reference'],
  canary: config.canary,
  maxFailures: config['max-failures'],
  limit: config.limit,
});

/** A batch new to this ledger: what the portal already shows of it is taken over in place of being sent again. */
async function adoptEarlierOrders(
  context: RunContext,
  config: RunConfig,
  io: Io,
  onFinding: ReturnType<typeof collectFindings>['add'],
  warn: (message: string) => void,
): Promise<void> {
  if (config['no-reference']) {
    await context.ledger.rememberLookBack(config.batch);
    warn('With --no-reference a lost ledger cannot be made up for: keep it between runs.');
    return;
  }
  const found = await lookBack(context, config.lookback);
  found.findings.forEach(onFinding);
  if (found.adopted > 0) {
    io.say(`The portal already shows ${found.adopted} orders of this batch: taken over, not ordered again.`);
  }
  if (!found.complete) {
    throw new Problem('list_unreadable', "The portal's list of orders could not be read whole.", {
      remedy: 'Nothing was sent, since earlier orders of this batch could have been missed. Run it again.',
      exitStatus: EXIT.stoppedEarly,
    });
  }
  if (found.blind) {
    warn(
      "The portal's orders show no references: had an earlier ledger of this batch been lost, it could not be seen.",
    );
  }
}
