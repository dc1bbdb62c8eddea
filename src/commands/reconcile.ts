import { resolve } from 'node:path';
import { connect } from '../batch/connect.js';
import { existingBatch, ledgerLocation, takeExisting } from '../batch/existing-ledger.js';
import { exitStatusOf, jsonOfStop, sayStop } from '../batch/exit-status.js';
import { commandsOf, nextAfterReconcile, sayStep } from '../batch/next-steps.js';
import type { Call, Ending } from '../cli/call.js';
import { EXIT } from '../common/errors.js';
import type { EvidenceContext } from '../evidence/context.js';
import { createLooker } from '../evidence/looker.js';
import { reconcileBatch } from '../evidence/reconcile.js';
import { jobOfBatch } from '../job/load.js';
import { countRows } from '../output/counts.js';
import { labelled } from '../output/labelled.js';
import { openLog } from '../output/log.js';
import { PENDING_LINES } from '../output/pending.js';
import { createProgress } from '../output/progress.js';

type ReconcileOption =
  | 'ledger'
  | 'sandbox'
  | 'envFile'
  | 'lockWait'
  | 'quiet'
  | 'settle'
  | 'lookback'
  | 'timeout'
  | 'rate'
  | 'concurrency'
  | 'giveUpAfter'
  | 'logFile'
  | 'logLevel'
  | 'fault'
  | 'portal';

/** Settles rows `in_doubt` and `pending` against the portal; places no order. */
export async function reconcile(call: Call<ReconcileOption>): Promise<Ending> {
  const { options, io, stop, secrets, releasers } = call;
  call.onSending(() => undefined);
  const ledger = await takeExisting(call, call.subject);
  const { clock } = ledger;
  const batch = await existingBatch(ledger, call.subject);
  const job = await jobOfBatch(batch);
  const log = openLog({
    file: options.logFile && resolve(call.cwd, options.logFile),
    level: options.logLevel,
    toStderr: false,
    secrets,
    warn: (message) => io.say(`Warning: ${message}`),
  });
  releasers.add(log.close);
  const progress = createProgress({ io, clock, logger: log.logger, batch: batch.id });
  const connection = await connect({
    ...call,
    clock,
    simulatedOrders: ledgerLocation(call).simulatedOrders,
    sandbox: options.sandbox,
    faults: options.fault,
    portal: options.portal,
    timeoutMs: options.timeout,
    rate: options.rate,
    giveUpAfterMs: options.giveUpAfter,
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
    job,
    settings: {
      concurrency: options.concurrency,
      maxAttempts: 1,
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
  const settled = await reconcileBatch(context, connection.gate.unreachable);
  const counts = await countRows(ledger, { batch: batch.id, runNo: batch.run_no });
  const left = await ledger.read.leftInDoubt({ batch: batch.id, runNo: batch.run_no }, 0);
  const leftInDoubt = left.rows;
  const lost = ledger.lost();
  if (lost !== undefined) stop.request({ kind: 'problem', problem: lost });
  const reason = stop.reason();
  const status =
    reason === undefined && counts.in_doubt + leftInDoubt === 0
      ? EXIT.ok
      : exitStatusOf({
          counts,
          leftInDoubt,
          stopped: reason,
          unsent: true,
          limited: true,
          findings: false,
          unwrittenFile: false,
        });
  const stopped = sayStop(reason);
  if (stopped !== undefined) io.say(labelled('Stopped', stopped));
  const next = nextAfterReconcile({ ...call, counts, leftInDoubt });
  const elsewhere = leftInDoubt === 0 ? '' : ` (and ${leftInDoubt} not in the file any more)`;
  const open = `${counts.in_doubt} still in doubt${elsewhere}, ${counts.pending} pending, ${counts.not_sent} not sent`;
  return {
    exitCode: status,
    json: {
      batch: batch.id,
      ledger: ledger.name,
      settled,
      counts,
      ...(leftInDoubt === 0 ? {} : { leftInDoubt }),
      ...jsonOfStop(reason),
      next: commandsOf(next),
    },
    text: [
      labelled('Batch', batch.id),
      labelled('Rows', `${settled} resolved, ${open}; no order was placed`),
      ...(counts.pending > 0 ? [labelled('Pending', ...PENDING_LINES)] : []),
      labelled('Next', ...next.flatMap(sayStep)),
    ].join('\n'),
  };
}
