import type { RunConfig } from '../cli/config.js';
import type { Environment } from '../cli/environment.js';
import type { Clock } from '../common/clock.js';
import { Problem, sayProblem } from '../common/errors.js';
import type { Secrets } from '../common/secrets.js';
import type { Ledger } from '../ledger/ledger.js';
import { approvalPage } from '../output/approval-page.js';
import type { Io } from '../output/io.js';
import { labelled } from '../output/labelled.js';
import { notify } from '../output/notify.js';
import { lastPrice } from '../output/price.js';
import { appendStepSummary, problemPage, stepSummary } from '../output/step-summary.js';
import { summaryText } from '../output/summary.js';
import { type PostJson, postJsonThrough } from '../portal/post-json.js';
import { readProxies } from '../portal/proxy.js';
import { approvalOf } from './approval.js';
import type { CheckedBatch } from './check.js';
import type { Concluded } from './summarise.js';

interface Chat {
  readonly config: RunConfig;
  readonly environment: Environment;
  readonly io: Io;
  readonly secrets: Secrets;
}

export interface Telling extends Chat {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly checked: CheckedBatch;
  readonly concluded: Concluded;
  /** The portal's address. */
  readonly portal: string;
}

/**
 * Tells all who are not at the terminal: the report, the metrics, the CI's page, the chat. The orders are placed
 * and the results written, so nothing that goes wrong here changes how the run ended: it is a warning.
 */
export async function tellOthers(telling: Telling): Promise<void> {
  const { config, environment, io, clock, ledger, checked, concluded } = telling;
  const { summary, notes } = concluded;
  const runKey = { batch: config.batch, runNo: checked.context.runNo };
  const reportPath = config.report;
  if (reportPath !== undefined) {
    await attempt(io, async () => {
      // Loaded here: charts are of no use to a run without a report.
      const { writeReport } = await import('../report/write-report.js');
      const { record: batch } = checked;
      const price = lastPrice(await ledger.runs.ofBatch(batch.id));
      await writeReport(
        { ledger, batch, sandbox: config.sandbox, price, cost: summary.cost, now: clock.now() },
        reportPath,
      );
      io.note(labelled('Report', reportPath));
    });
  }
  const metricsPath = config.metricsFile;
  if (metricsPath !== undefined) {
    await attempt(io, async () => {
      const { writeMetrics } = await import('../output/metrics.js');
      const attempts = await ledger.read.sends(runKey);
      await writeMetrics(metricsPath, summary, { endedAt: clock.now(), attempts });
    });
  }
  const page = async (room: number): Promise<string> =>
    config.dryRun
      ? approvalPage(await approvalOf(config, telling.portal, checked, concluded), room)
      : stepSummary(summary, notes, checked.findings.found(), room);
  warn(io, await appendStepSummary(environment['GITHUB_STEP_SUMMARY'], page));
  if (config.notify !== undefined)
    warn(io, await notify(config.notify, summary, summaryText(summary, notes), postFor(telling)));
}

/** A run that came to no summary is told to the CI's page and the chat all the same: nobody may be looking at it. */
export async function tellOfProblem(problem: Problem, telling: Chat): Promise<void> {
  const { config, environment, io } = telling;
  const page = (room: number): string => problemPage(config, problem, problem.findings, room);
  warn(io, await appendStepSummary(environment['GITHUB_STEP_SUMMARY'], page));
  if (config.notify === undefined) return;
  const { batch, sandbox } = config;
  const facts = { batch, sandbox, exitCode: problem.exitStatus };
  warn(io, await notify(config.notify, facts, sayProblem(problem), postFor(telling)));
}

/** A chat is reached through the same proxies as the portal. */
const postFor =
  ({ environment, secrets }: Chat): PostJson =>
  (...message) =>
    postJsonThrough(readProxies(environment, secrets))(...message);

async function attempt(io: Io, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    warn(io, error.message);
  }
}

const warn = (io: Io, message: string | undefined): void => {
  if (message !== undefined) io.warn(message);
};
