import pLimit from 'p-limit';
import { EXIT, Problem } from '../common/errors.js';
import type { OrderNo } from '../common/ids.js';
import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import { fateOf } from '../portal/outcome.js';
import { buryOf } from './bury.js';
import { compare, type Difference } from './compare-order.js';
import type { EvidenceContext } from './context.js';

export interface Verified {
  /** Rows that were compared with the portal. */
  readonly rows: number;
  readonly otherwise: readonly { readonly row: OrderRow; readonly differences: readonly Difference[] }[];
  /** Rows whose order could not be read now: nothing is said of them. */
  readonly unread: readonly OrderRow[];
}

type Parts = Pick<EvidenceContext, 'batch' | 'ledger' | 'looker' | 'clock' | 'settings' | 'stop' | 'job'>;

/**
 * Compares each row that was ordered with the portal as it is now, and takes a new status over. The list is read once;
 * details are asked for if they are not known, or if the list does not show the order.
 * @param onRow told how many rows are done
 */
export async function verifyBatch(context: Parts, onRow: (done: number) => void): Promise<Verified> {
  const { batch, ledger, settings, stop } = context;
  const look = await lookAtList(context);
  const limit = pLimit(settings.concurrency);
  const otherwise: { row: OrderRow; differences: readonly Difference[] }[] = [];
  const unread: OrderRow[] = [];
  /** What was taken over may have moved a row to the other status: it is not looked at twice. */
  const changed = new Set<OrderRow['sn_key']>();
  let rows = 0;
  const details = asker(context);
  const verify = async (row: OrderRow): Promise<void> => {
    if (stop.signal.aborted || row.order_no === null) return;
    const seen = await orderNow(context, row.order_no, { look, details });
    if (stop.signal.aborted) return;
    onRow(++rows);
    if (seen === 'unread') {
      unread.push(row);
      return;
    }
    const differences = compare(row, seen, context.job.productId);
    if (differences.length > 0) otherwise.push({ row, differences });
    // What stands under the number may be an order of somebody else: its status says nothing of the row's.
    const isOthers = differences.some(({ code }) => code.startsWith('another_'));
    if (seen !== undefined && !isOthers && (await takeOver(context, row, seen))) changed.add(row.sn_key);
  };
  // The caller may end at once after an error, so no question is still under way then.
  let failure: { readonly error: unknown } | undefined;
  const attempt = async (row: OrderRow): Promise<void> => {
    if (failure !== undefined) return;
    await verify(row).catch((error: unknown) => {
      failure ??= { error };
    });
  };
  for (const status of ['succeeded', 'pending'] as const) {
    for (let after: OrderRow['sn_key'] | '' = ''; ; ) {
      const portion: OrderRow[] = await ledger.read.inStatus(batch, status, after);
      const last = portion.at(-1);
      if (last === undefined) break;
      await limit.map(
        portion.filter(({ sn_key }) => !changed.has(sn_key)),
        attempt,
      );
      if (failure !== undefined) throw failure.error;
      after = last.sn_key;
    }
  }
  otherwise.sort((a, b) => a.row.position - b.row.position);
  return { rows, otherwise, unread };
}

/** @returns the look's number; `undefined`: the list cannot be read, so each order is asked for */
async function lookAtList({ looker }: Parts): Promise<number | undefined> {
  try {
    return (await looker.look('whole')).look.no;
  } catch (error) {
    if (error instanceof Problem && error.exitStatus !== EXIT.stoppedEarly) return undefined;
    throw error;
  }
}

type Asker = (orderNo: OrderNo) => Promise<SeenOrder | undefined>;

/** Orders in a row whose details cannot be had, before the portal counts as silent. */
const TRIP_AFTER = 8;

/** Asks for details. One order that cannot be read stops nothing; throws if the portal does not answer at all. */
function asker({ looker }: Parts): Asker {
  let silentInARow = 0;
  return async (orderNo) => {
    try {
      const asked = await looker.ask(orderNo);
      silentInARow = 0;
      return asked;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.exitStatus === EXIT.stoppedEarly && ++silentInARow >= TRIP_AFTER) throw error;
      return undefined;
    }
  };
}

/** `undefined`: the portal does not know the order. */
async function orderNow(
  { ledger }: Parts,
  orderNo: OrderNo,
  { look, details }: { readonly look: number | undefined; readonly details: Asker },
): Promise<SeenOrder | 'unread' | undefined> {
  const listed = await ledger.mirror.order(orderNo);
  const isListed = look !== undefined && listed?.lastLook === look && listed.status !== undefined;
  if (isListed && listed.details === 'read') return listed;
  const asked = await details(orderNo);
  if (asked?.details === 'read') return asked;
  if (isListed) return listed;
  return asked?.details === 'missing' ? undefined : 'unread';
}

/** Takes the order's status over: by a move of its own, guarded as all moves are. @returns whether it was another one */
async function takeOver({ batch, ledger, clock }: Parts, row: OrderRow, seen: SeenOrder): Promise<boolean> {
  const { orderNo, status: orderStatus } = seen;
  if (orderStatus === undefined || orderStatus === row.order_status) return false;
  const key = { batch, snKey: row.sn_key };
  const at = clock.now();
  const fate = fateOf(orderStatus);
  if (fate !== 'dead') {
    await ledger.record({ move: 'correct', ...key, fate, order: { orderNo, orderStatus }, at });
    return true;
  }
  const buried = buryOf(key, { orderNo, orderStatus }, at);
  const { order, reason } = buried;
  await ledger.record(row.status === 'pending' ? buried : { move: 'overturn', ...key, order, reason, at });
  return true;
}
