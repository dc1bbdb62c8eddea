import type { RunConfig } from '../cli/config.js';
import type { Environment } from '../cli/environment.js';
import type { Given } from '../cli/resolve-options.js';
import type { Clock } from '../common/clock.js';
import type { PortalAccount } from '../common/portal-account.js';
import type { Secrets } from '../common/secrets.js';
import { referenceOf } from '../evidence/reference.js';
import type { Io } from '../output/io.js';
import { overview } from '../output/overview.js';
import type { BatchPrice } from '../output/price.js';
import { assertSameAccount } from './assert-same-account.js';
import type { CheckedBatch } from './check.js';
import { assertUnderMaxTotal } from './hold-price.js';
import { noteRun } from './note-run.js';
import { priceBatch } from './price-batch.js';

interface Announced {
  readonly config: RunConfig;
  readonly given: Given;
  readonly environment: Environment;
  readonly io: Pick<Io, 'note'>;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly checked: CheckedBatch;
  /** The portal's address. */
  readonly portal: string;
  readonly account: PortalAccount;
}

/**
 * The last steps before the first order: what the orders cost is asked, the run is written down, and what it is about to
 * do is said. Throws a `Problem` if it would cost more than allowed.
 */
export async function beforeOrders(announced: Announced): Promise<BatchPrice | undefined> {
  const { config, io, checked } = announced;
  const { not_sent, failed, in_doubt } = checked.counts;
  const waits = not_sent + failed + in_doubt > 0;
  if (in_doubt > 0) await assertSameAccount(checked.context, announced);
  const price = checked.blocked || !waits ? undefined : await askPrice(announced);
  await noteRun({ ...announced, price });
  if (!checked.blocked) io.note(await sayPlan(announced, price));
  if (price !== undefined) assertUnderMaxTotal(config, price);
  return price;
}

function askPrice({ config, checked: { context, names } }: Announced): Promise<BatchPrice> {
  const { batch, runNo, ledger, job, portal } = context;
  return priceBatch({
    run: { batch, runNo },
    ledger,
    job,
    portal,
    names,
    limit: config.limit,
    resends: config.onDoubt === 'resend',
    concurrency: config.concurrency,
  });
}

function sayPlan({ config, checked, portal }: Announced, price: BatchPrice | undefined): Promise<string> {
  const { context, names, counts, unusedColumns } = checked;
  return overview(context.ledger, context, names, {
    file: config.fileShown,
    job: context.job.name,
    unusedColumns,
    portal,
    sandbox: config.sandbox,
    counts,
    limit: config.limit,
    resends: config.onDoubt === 'resend',
    concurrency: config.concurrency,
    rate: config.rate,
    price,
    referenceOf: config.dryRun
      ? (row) => referenceOf(context.batch, context.settings.useReference, row)
      : undefined,
  });
}
