import pLimit from 'p-limit';
import { Problem } from '../common/errors.js';
import type { OrderNo } from '../common/ids.js';
import { someOf } from '../common/sentence.js';
import type { OrderRow } from '../ledger/schema.js';
import { fateOf } from '../portal/outcome.js';
import { buryOf } from './bury.js';
import type { EvidenceContext } from './context.js';

type Parts = Pick<EvidenceContext, 'batch' | 'ledger' | 'looker' | 'clock' | 'settings' | 'emit'>;

/** Orders in a row whose details the portal does not show: then no more are asked for now. */
const TRIP_AFTER = 8;
const TOLD_AT_ONCE = 5;
/** The portal answers, and does not show this order. Whether all access is lost is met elsewhere. */
const NOT_SHOWN = ['access_refused', 'portal_refused', 'foreign_answer'];

/**
 * Asks the portal about every `pending` row of the batch once more. An order that the portal does not show stays
 * pending, and is reported. Throws a `Problem` if the portal does not answer.
 * @returns how many are final now
 */
export async function askPending(
  context: Parts,
  runNo: number | undefined,
  signal: AbortSignal,
  onDead: (row: OrderRow) => void | Promise<void>,
): Promise<number> {
  const { batch, ledger, settings, emit } = context;
  const limit = pLimit(settings.concurrency);
  const notShown: OrderNo[] = [];
  let notShownInARow = 0;
  let settled = 0;
  let after: OrderRow['sn_key'] | '' = '';
  while (!signal.aborted && notShownInARow < TRIP_AFTER) {
    const rows: OrderRow[] = await ledger.read.inStatus(batch, 'pending', after, runNo);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.sn_key;
    // The caller may count the rows at once after an error, so no question is still under way then.
    let failure: { readonly error: unknown } | undefined;
    const finals = await limit.map(rows, async (row) => {
      if (signal.aborted || failure !== undefined || notShownInARow >= TRIP_AFTER) return false;
      try {
        const isFinal = await askOne(context, row, signal, onDead);
        notShownInARow = 0;
        return isFinal;
      } catch (error) {
        if (error instanceof Problem && NOT_SHOWN.includes(error.code) && row.order_no !== null) {
          notShown.push(row.order_no);
          notShownInARow++;
        } else failure ??= { error };
        return false;
      }
    });
    if (failure !== undefined) throw failure.error;
    settled += finals.filter(Boolean).length;
  }
  if (notShown.length > 0) emit({ type: 'warning', message: sayNotShown(notShown) });
  return settled;
}

function sayNotShown(orderNos: readonly OrderNo[]): string {
  const orders = orderNos.length === 1 ? 'pending order' : 'pending orders';
  return `The portal does not show the details of the ${orders} ${someOf(orderNos, TOLD_AT_ONCE)}: their rows stay pending.`;
}

async function askOne(
  { batch, ledger, looker, clock }: Parts,
  row: OrderRow,
  signal: AbortSignal,
  onDead: (row: OrderRow) => void | Promise<void>,
): Promise<boolean> {
  if (row.order_no === null) return false;
  const seen = await looker.ask(row.order_no);
  // A run that is stopping counts its rows: none of them may change any more.
  if (signal.aborted) return false;
  // An order that cannot be read now is what it was.
  if (seen?.details !== 'read' || seen.status === undefined) return false;
  const { orderNo, status: orderStatus } = seen;
  const fate = fateOf(orderStatus);
  if (fate === 'pending' && orderStatus === row.order_status) return false;
  const key = { batch, snKey: row.sn_key };
  const order = { orderNo, orderStatus };
  if (fate !== 'dead') {
    await ledger.record({ move: 'confirm', ...key, fate, order, at: clock.now() });
    return fate === 'succeeded';
  }
  await onDead(row);
  await ledger.record(buryOf(key, order, clock.now()));
  return true;
}
