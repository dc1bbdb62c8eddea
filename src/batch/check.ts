import type { RunConfig } from '../cli/config.js';
import { Problem } from '../common/errors.js';
import type { Finding } from '../common/finding.js';
import { isLoopback } from '../common/loopback.js';
import { findEarlierOrders } from '../evidence/earlier-orders.js';
import { createLooker } from '../evidence/looker.js';
import type { Job } from '../job/define.js';
import type { Ledger } from '../ledger/ledger.js';
import type { BatchRecord } from '../ledger/schema.js';
import { type Counts, countRows } from '../output/counts.js';
import { collectFindings, type Findings } from '../output/findings.js';
import type { Io } from '../output/io.js';
import type { Pbx } from '../portal/inventory.js';
import type { Names } from '../resolve/names.js';
import type { RunContext, SendSettings } from '../runner/context.js';
import { alone } from '../runner/team.js';
import { askEachPbx, checkInventory } from './check-pbxs.js';
import type { Connection } from './connect.js';
import { assertComplete, prepare } from './load-file.js';
import { planHash } from './plan-hash.js';
import { readingPbxs, tellOfAsking } from './read-pbxs.js';

/** A batch that has been checked as far as can be without sending anything. */
export interface CheckedBatch {
  readonly context: RunContext;
  readonly names: Names;
  readonly record: BatchRecord;
  readonly findings: Findings;
  /** Findings keep the batch from being sent. */
  readonly blocked: boolean;
  /** The plan's hash. */
  readonly plan: string;
  readonly rows: number;
  /** Columns of the file that the job does not read. */
  readonly unusedColumns: readonly string[];
  readonly counts: Counts;
}

export interface CheckOptions {
  readonly config: RunConfig;
  readonly job: Job;
  readonly ledger: Ledger;
  readonly io: Io;
  readonly warn: (message: string) => void;
  /** Throws if the portal cannot be asked at all. */
  readonly connection: () => Connection;
  readonly base: Omit<RunContext, 'runNo' | 'settings' | 'looker' | 'team' | keyof Connection>;
}

/**
 * Everything before the first order: the file, its names, the ledger, the portal's earlier orders, the plan. What is
 * wrong with the file is said in any case; a `Problem` carries it too, for scripts.
 */
export async function checkBatch(options: CheckOptions): Promise<CheckedBatch> {
  const { config, io } = options;
  const findings = collectFindings();
  let said = false;
  const sayFindings = (inResults: boolean): void => {
    if (said || findings.count() === 0) return;
    said = true;
    io.say(findings.report(config.fileShown, inResults));
  };
  try {
    return await check(options, findings, () => sayFindings(true));
  } catch (error) {
    sayFindings(false);
    if (error instanceof Problem && findings.count() > 0) throw error.withFindings(findings.found());
    throw error;
  }
}

async function check(
  options: CheckOptions,
  findings: Findings,
  sayFindings: () => void,
): Promise<CheckedBatch> {
  const { config, job, ledger, warn } = options;
  const portal = () => options.connection().portal;
  const prepared = await prepare({ config, job, ledger, findings, warn, portal });
  const settings = sendSettings(config);
  const runKey = { batch: config.batch, runNo: prepared.runNo };
  const record = await ledger.read.batch(config.batch);
  if (record === undefined) throw new Error(`the batch ${config.batch} is gone from the ledger`);
  const connection = options.connection();
  const { base } = options;
  const looker = createLooker({ ...base, portal: connection.portal, concurrency: settings.concurrency });
  const team = alone(ledger, runKey);
  const context: RunContext = { ...base, ...connection, runNo: prepared.runNo, settings, looker, team };
  let counts = await countRows(ledger, runKey);
  const waiting = async (): Promise<number> => {
    counts = await countRows(ledger, runKey);
    return counts.not_sent + counts.failed;
  };
  if (counts.not_sent + counts.failed > 0) {
    const earlier = await findEarlierOrders(context, waiting);
    earlier.findings.forEach(findings.add);
    if (earlier.adopted + earlier.findings.length > 0) counts = await countRows(ledger, runKey);
  }
  if (counts.not_sent + counts.failed > 0) {
    const found = await checkPbxs(options, context);
    found.forEach(findings.add);
    if (found.length > 0) counts = await countRows(ledger, runKey);
  }
  assertComplete(prepared.rows, counts.total);
  const plan = await planHash(ledger, runKey, job, settings.useReference);
  sayFindings();
  const blocked = findings.count() > 0 && !config.skipInvalid;
  if (!blocked && config.plan !== undefined && config.plan.toLowerCase() !== plan) {
    throw new Problem('another_plan', `The file's plan is ${plan}, not the approved ${config.plan}.`, {
      remedy:
        'Nothing was sent. Run it with --dry-run to see what has changed, and have the new plan approved.',
    });
  }
  return {
    context,
    names: prepared.names,
    record,
    findings,
    blocked,
    plan,
    rows: prepared.rows,
    unusedColumns: prepared.input.unused,
    counts,
  };
}

/** Whether the rows that are left to be sent are for PBXs that can be ordered for. */
async function checkPbxs(
  { config, io, warn, connection }: CheckOptions,
  context: RunContext,
): Promise<readonly Finding[]> {
  const { portal, job, clock } = context;
  const read = () => readingPbxs(portal, job.productId, { io, clock }, serialAlone);
  const mayListNone = isLoopback(new URL(connection().baseUrl).hostname);
  const unknown = await checkInventory(context, read, { warn, mayListNone });
  if (!config.checkEach) return unknown;
  const tell = tellOfAsking({ io, clock });
  return [...unknown, ...(await askEachPbx(context, config.concurrency, tell))];
}

/** A million PBXs with all their fields would not fit into memory. */
const NO_FIELDS: Pbx['fields'] = new Map();
const serialAlone = ({ serialNumber }: Pbx): Pbx => ({ serialNumber, fields: NO_FIELDS });

const sendSettings = (config: RunConfig): SendSettings => ({
  concurrency: config.concurrency,
  timeoutMs: config.timeout,
  maxAttempts: config.maxAttempts,
  settleMs: config.settle,
  onDoubt: config.onDoubt,
  useReference: !config.noReference,
  canary: config.canary,
  maxFailures: config.maxFailures,
  allowRepeat: config.allowRepeat,
  limit: config.limit,
  recentOrders: config.recentOrders,
  lookbackMs: config.lookback,
  withoutOrderList: config.withoutOrderList,
});
