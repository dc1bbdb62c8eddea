import type { Logger } from 'pino';
import type { Call } from '../cli/call.js';
import type { RunConfig } from '../cli/config.js';
import type { RunOption } from '../cli/options.js';
import { Problem } from '../common/errors.js';
import { stopAt } from '../common/stop-at.js';
import type { Io } from '../output/io.js';
import { ordersToPlace, sayQuestion } from '../output/overview.js';
import type { Progress } from '../output/progress.js';
import type { RunContext } from '../runner/context.js';
import { type RunEnd, runBatch } from '../runner/run-batch.js';
import type { CheckedBatch } from './check.js';
import type { Connection } from './connect.js';
import { readCosts } from './read-costs.js';

/** What sending needs of the command's call. */
type SendingRun = Pick<Call<RunOption>, 'io' | 'clock' | 'onSending' | 'releasers'> & {
  readonly config: RunConfig;
};

/** Asks the person at the terminal, if there is one, then sends. @returns orders placed, and how long the person took, ms */
export async function sendOrders(
  run: SendingRun,
  { context, counts }: CheckedBatch,
  progress: Progress,
  connection: Connection,
  log: Logger,
): Promise<{ sent: number; askedMs: number }> {
  const { config, io, clock, onSending } = run;
  const askedAt = clock.monotonic();
  const { now, resent } = ordersToPlace(counts, config.limit, config.onDoubt === 'resend');
  const question = sayQuestion(now, resent, connection.baseUrl, config.sandbox);
  if (now + resent > 0 && io.interactive && !config.yes && !(await io.ask(question))) {
    throw new Problem('declined', 'You did not answer yes, so nothing was sent.', {
      remedy: 'The same command asks again.',
    });
  }
  const askedMs = clock.monotonic() - askedAt;
  onSending(connection.portal.close);
  const { succeeded, invalid, total } = counts;
  progress.start({ total, done: succeeded + invalid, settleMs: config.settle, gate: connection.gate });
  const endWatch =
    config.until === undefined ? undefined : stopAt(config.until, { ...context, clock }, () => sayUntil(io));
  const { sent } = await sendTogetherOrAlone(run, context, connection, log);
  progress.stop();
  if (context.stop.reason() === undefined) await readCosts(context, { io, clock });
  endWatch?.();
  return { sent, askedMs };
}

/** With a ledger that several machines share, whoever works with it sends rows of this run, too. */
async function sendTogetherOrAlone(
  { config, clock, releasers }: SendingRun,
  context: RunContext,
  { account }: Connection,
  log: Logger,
): Promise<RunEnd> {
  const { shared } = context.ledger;
  if (shared === undefined) return await runBatch(context);
  const [{ runTogether }, { startTogether }] = await Promise.all([
    import('../workers/run-together.js'),
    import('../workers/start-together.js'),
  ]);
  const onError = (error: unknown): void => log.error({ event: 'worker', err: error });
  // The time of this machine, as the clock of all shows it.
  const until = config.until === undefined ? undefined : config.until - clock.now() + context.clock.now();
  return await runTogether(context, await startTogether(shared, onError, releasers), { until, account });
}

const sayUntil = (io: Pick<Io, 'note'>): void =>
  io.note('The time of --until has come: no more orders are started; waiting for those in flight.');
