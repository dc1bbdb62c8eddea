import { connect } from '../batch/connect.js';
import { existingLedger } from '../batch/existing-ledger.js';
import { exitStatusOf, sayStop } from '../batch/exit-status.js';
import { calledAs, nextAfterReconcile } from '../batch/next-steps.js';
import type { Environment, resolveOptions } from '../cli/config.js';
import type { Io } from '../cli/io.js';
import type { Clock } from '../common/clock.js';
import { EXIT } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import type { Releasers } from '../common/releasers.js';
import type { Secrets } from '../common/secrets.js';
import type { Stop } from '../common/stop.js';
import type { EvidenceContext } from '../evidence/context.js';
import { createLooker } from '../evidence/looker.js';
import { reconcileBatch } from '../evidence/reconcile.js';
import { loadJob } from '../job/load.js';
import { openLedger } from '../ledger/ledger.js';
import { lockLedger } from '../ledger/sqlite/lock.js';
import { countRows } from '../output/counts.js';
import { labelled } from '../output/labelled.js';
import { openLog } from '../output/log.js';
import { createProgress } from '../output/progress.js';
import { untilPortalAnswers } from '../runner/until-portal-answers.js';
import { unknownBatch } from './status.js';

export interface ReconcileDependencies {
  readonly batch: string;
  /** The ledger's path, the sandbox's where --sandbox was given. */
  readonly ledger: string;
  readonly options: ReturnType<typeof resolveOptions>;
  readonly environment: Environment;
  /** The arguments as typed. */
  readonly argv: readonly string[];
  readonly io: Io;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly secrets: Secrets;
  readonly releasers: Releasers;
}

/** Settles rows `in_doubt` and `pending` against the portal; places no order. */
export async function reconcile(dependencies: ReconcileDependencies): Promise<number> {
  const { options, io, clock, stop, secrets, releasers } = dependencies;
  existingLedger(dependencies.ledger);
  releasers.add(await lockLedger(dependencies.ledger, options['lock-wait'], clock));
  const ledger = await openLedger(dependencies.ledger, options.sandbox ? 'sandbox' : 'portal', clock);
  releasers.add(ledger.close);
  const batch = await ledger.read.batch(dependencies.batch as BatchId);
  if (batch === undefined) throw unknownBatch(dependencies.batch, dependencies.ledger);
  const log = openLog({
    file: options['log-file'],
    level: options['log-level'],
    toStderr: false,
    secrets,
    warn: (message) => io.say(`Warning: ${message}`),
  });
  releasers.add(log.close);
  const progress = createProgress({ io, clock, logger: log.logger, batch: batch.id });
  const connection = await connect({
    ...dependencies,
    sandbox: options.sandbox,
    faults: options.fault,
    portal: options.portal,
    timeoutMs: options.timeout,
    rate: options.rate,
    giveUpAfterMs: options['give-up-after'],
    logger: log.logger,
    emit: progress.emit,
  });
  // Access is proven before anything is said: wrong credentials are not a row's fault.
  await connection.portal.checkAccess();
  const looker = createLooker({
    ledger,
    portal: connection.portal,
    concurrency: options.concurrency,
    clock,
    stop,
    emit: progress.emit,
  });
  const context: EvidenceContext = {
    batch: batch.id,
    runNo: batch.run_no,
    job: await loadJob(batch.job),
    settings: {
      concurrency: options.concurrency,
      maxAttempts: options['max-attempts'],
      settleMs: options.settle,
      onDoubt: 'hold',
      useReference: true,
      recentOrders: 'refuse',
      lookbackMs: options.lookback,
      withoutOrderList: false,
    },
    ledger,
    portal: connection.portal,
    looker,
    stop,
    clock,
    emit: progress.emit,
  };
  const settled = await reconcileBatch(context, untilPortalAnswers({ ...connection, stop }));
  const counts = await countRows(ledger, { batch: batch.id, runNo: batch.run_no });
  const lost = ledger.lost();
  if (lost !== undefined) stop.request({ kind: 'problem', problem: lost });
  const reason = stop.reason();
  const status =
    reason === undefined && counts.in_doubt === 0
      ? EXIT.ok
      : exitStatusOf({
          counts,
          stopped: reason,
          unsent: true,
          limited: true,
          findings: false,
          unwrittenFile: false,
        });
  if (options.json) io.print(JSON.stringify({ batch: batch.id, settled, counts, exitCode: status }));
  else {
    const stopped = sayStop(reason);
    if (stopped !== undefined) io.say(labelled('Stopped', stopped));
    const open = `${counts.in_doubt} still in doubt, ${counts.pending} pending, ${counts.not_sent} not sent`;
    io.print(labelled('Batch', batch.id));
    io.print(labelled('Rows', `${settled} settled, ${open}; no order was placed`));
    const program = calledAs(dependencies.environment);
    io.print(
      labelled('Next', ...nextAfterReconcile({ batch: batch.id, program, argv: dependencies.argv, counts })),
    );
  }
  return status;
}
