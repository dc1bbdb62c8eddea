import { type AskOption, askPortal } from '../batch/ask-portal.js';
import { listPricesOf } from '../batch/list-prices.js';
import { type ListOption, sayList } from '../batch/say-list.js';
import type { Call, Ending } from '../cli/call.js';
import { Problem } from '../common/errors.js';
import { cyclesOf } from '../job/columns.js';
import type { Plan } from '../portal/catalog.js';
import type { Portal } from '../portal/portal.js';

/** What the portal offers for a job's product: plans with their ids and, if they can be had, list prices. */
export async function plans(call: Call<AskOption | ListOption>): Promise<Ending> {
  const { connection, job } = await askPortal(call);
  const { portal } = connection;
  const found = await plansOf(portal, job.productId);
  const cycles = cyclesOf(job.cycles);
  const prices = await Promise.all(cycles.map((cycle) => listPricesOf(portal, job.productId, cycle)));
  const whys = new Set(prices.flatMap((read) => ('why' in read ? [read.why] : [])));
  for (const why of whys) call.io.warn(`there are no list prices. ${why}`);
  const priceOf = ({ planId }: Plan, at: number) => {
    const read = prices[at];
    return read !== undefined && 'found' in read ? read.found.get(planId) : undefined;
  };
  return await sayList(call, {
    noun: 'plan',
    head: ['planId', 'plan', ...cycles.map((cycle) => `listPrice ${cycle}`)],
    rows: found.map((plan) => [
      plan.planId,
      plan.name,
      ...cycles.map((_, at) => {
        const price = priceOf(plan, at);
        return price === undefined ? '' : `${price.amount} ${price.currency ?? ''}`.trim();
      }),
    ]),
    json: {
      job: job.name,
      productId: job.productId,
      plans: found.map((plan) => ({
        planId: plan.planId,
        name: plan.name,
        listPrices: Object.fromEntries(
          cycles.flatMap((cycle, at) => {
            const price = priceOf(plan, at);
            return price === undefined ? [] : [[cycle, price]];
          }),
        ),
      })),
      ...(whys.size === 0 ? {} : { noPrices: [...whys] }),
    },
    none: `The portal lists no plans for product ${job.productId}, the one of the job ${job.name}.`,
  });
}

/** Some products list their plans for a PBX only (developer guide): then for the first one of the account. */
async function plansOf(portal: Pick<Portal, 'plans' | 'pbxPage'>, productId: number): Promise<Plan[]> {
  let refused: Problem | undefined;
  try {
    const found = await portal.plans(productId, undefined);
    if (found.length > 0) return found;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'portal_refused') throw error;
    refused = error;
  }
  const { pbxs } = await portal.pbxPage(productId, 1);
  const serialNumber = pbxs.find((pbx) => pbx.serialNumber !== undefined)?.serialNumber;
  if (serialNumber !== undefined) return await portal.plans(productId, serialNumber);
  if (refused === undefined) return [];
  throw new Problem(refused.code, refused.message, {
    remedy: `The portal may list the plans of product ${productId} for a PBX only, and it lists no PBX of this account.`,
  });
}
