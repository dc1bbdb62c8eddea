import type { Call } from '../cli/call.js';
import type { EvidenceContext, EvidenceSettings } from '../evidence/context.js';
import { createLooker } from '../evidence/looker.js';
import type { Job } from '../job/define.js';
import { jobOfBatch } from '../job/load.js';
import type { Ledger } from '../ledger/ledger.js';
import type { BatchRecord } from '../ledger/schema.js';
import { createProgress } from '../output/progress.js';
import type { Portal } from '../portal/portal.js';
import { type Connection, connect } from './connect.js';
import { existingBatch, ledgerLocation, takeExisting } from './existing-ledger.js';
import { logOf } from './log-of.js';

/** The options of commands that compare a batch with the portal and place nothing. */
export type AtPortalOption =
  | 'ledger'
  | 'sandbox'
  | 'envFile'
  | 'lockWait'
  | 'quiet'
  | 'timeout'
  | 'rate'
  | 'concurrency'
  | 'giveUpAfter'
  | 'logFile'
  | 'logLevel'
  | 'fault'
  | 'portal';

export interface BatchAtPortal {
  readonly ledger: Ledger;
  readonly batch: BatchRecord;
  readonly job: Job;
  readonly connection: Connection;
  readonly context: EvidenceContext & { readonly portal: Portal };
}

/** Takes a batch of the ledger, and connects to the portal to look at its orders. */
export async function batchAtPortal(
  call: Call<AtPortalOption>,
  { settleMs, lookbackMs }: Pick<EvidenceSettings, 'settleMs' | 'lookbackMs'>,
): Promise<BatchAtPortal> {
  const { options, io, stop } = call;
  call.onSending(() => undefined);
  const ledger = await takeExisting(call, call.subject);
  const { clock } = ledger;
  const batch = await existingBatch(ledger, call.subject);
  const job = await jobOfBatch(batch);
  const logger = logOf(call);
  const { emit } = createProgress({ io, clock, logger, batch: batch.id });
  const connection = await connect({
    ...call,
    clock,
    shared: ledger.shared,
    ownClock: call.clock,
    simulatedOrders: ledgerLocation(call).simulatedOrders,
    logger,
    emit,
  });
  const { portal } = connection;
  // Access is proven before anything is said: wrong credentials are not a row's fault.
  await portal.checkAccess();
  const looker = createLooker({ ledger, portal, concurrency: options.concurrency, clock, stop, emit });
  const settings: EvidenceSettings = {
    concurrency: options.concurrency,
    maxAttempts: 1,
    settleMs,
    onDoubt: 'hold',
    useReference: true,
    recentOrders: 'refuse',
    lookbackMs,
    withoutOrderList: false,
  };
  const { id, run_no: runNo } = batch;
  const context = { batch: id, runNo, job, settings, ledger, portal, looker, stop, clock, emit };
  return { ledger, batch, job, connection, context };
}
