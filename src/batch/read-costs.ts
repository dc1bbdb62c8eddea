import pLimit from 'p-limit';
import { Problem } from '../common/errors.js';
import type { OrderNo } from '../common/ids.js';
import type { RunContext } from '../runner/context.js';
import { progressOf, type Told } from './tell-progress.js';

/** Orders of a run that are asked about; `verify` asks about all. */
const MOST = 5_000;
/** Questions that fail one after the other, before the rest is left. */
const GIVE_UP_AFTER = 5;

/**
 * Reads what the orders of this run cost in their details, once they are all placed. If the details of one order
 * show it, those of the others do; if none does, no question is asked. Nothing that goes wrong here changes how the run
 * ended.
 */
export async function readCosts(
  { batch, runNo, ledger, looker, settings, stop }: RunContext,
  told: Told,
): Promise<void> {
  if (!(await ledger.read.anyAmount())) return;
  const limit = pLimit(settings.concurrency);
  const tell = progressOf(told);
  let failed = 0;
  let asked = 0;
  const ask = async (orderNo: OrderNo): Promise<void> => {
    if (stop.signal.aborted || failed >= GIVE_UP_AFTER) return;
    try {
      await looker.ask(orderNo);
      failed = 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      failed++;
    }
    tell(`Reading what the orders cost: ${++asked} done.`);
  };
  for (let after: OrderNo | '' = ''; asked < MOST && failed < GIVE_UP_AFTER && !stop.signal.aborted; ) {
    const rows = await ledger.read.ordersToAsk({ batch, runNo }, after);
    const orderNos = rows.flatMap(({ order_no }) => order_no ?? []);
    const last = orderNos.at(-1);
    if (last === undefined) return;
    await limit.map(orderNos, ask);
    after = last;
  }
}
