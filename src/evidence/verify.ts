import pLimit from 'p-limit';
import { EXIT, Problem } from '../common/errors.js';
import type { OrderNo } from '../common/ids.js';
import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import { fateOf } from '../portal/outcome.js';
import { buryOf, codeOfDead } from './bury.js';
import type { EvidenceContext } from './context.js';
import { isForAnotherProduct } from './recent-orders.js';
import { looksWhole } from './traits.js';

/** How an ordered row stands at the portal, if that is not how the ledger has it. */
export interface Difference {
  readonly code: string;
  /** A part of a sentence, to stand behind the serial number. */
  readonly message: string;
}

export interface Verified {
  /** Rows that were held against the portal. */
  readonly rows: number;
  readonly otherwise: readonly { readonly row: OrderRow; readonly differences: readonly Difference[] }[];
  /** Rows whose order could not be read now: nothing is said of them. */
  readonly unread: readonly OrderRow[];
}

type Parts = Pick<EvidenceContext, 'batch' | 'ledger' | 'looker' | 'clock' | 'settings' | 'stop' | 'job'>;

/**
 * Holds each row that was ordered against the portal as it stands now, and takes a new status over. The list is read once;
 * details are asked for where they are not known, or where the list does not show the order.
 * @param onRow told how many rows are done
 */
export async function verifyBatch(context: Parts, onRow: (done: number) => void): Promise<Verified> {
  const { batch, ledger, settings, stop } = context;
  const look = await lookAtList(context);
  const limit = pLimit(settings.concurrency);
  const otherwise: { row: OrderRow; differences: readonly Difference[] }[] = [];
  const unread: OrderRow[] = [];
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
    if (seen !== undefined) await takeOver(context, row, seen);
  };
  // What is taken over may move a row from one status to the other: both are read before.
  const ordered: OrderRow[] = [];
  for (const status of ['succeeded', 'pending'] as const) {
    for (let after: OrderRow['sn_key'] | '' = ''; ; ) {
      const portion: OrderRow[] = await ledger.read.inStatus(batch, status, after);
      const last = portion.at(-1);
      if (last === undefined) break;
      ordered.push(...portion);
      after = last.sn_key;
    }
  }
  await limit.map(ordered, verify);
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

/** What the portal shows otherwise than the ledger has it. Pure. */
export function compare(
  row: OrderRow,
  seen: SeenOrder | undefined,
  productId: number,
): readonly Difference[] {
  if (seen === undefined)
    return [{ code: 'order_gone', message: `the portal does not know the order ${row.order_no}` }];
  const differences: Difference[] = [];
  const was = row.order_status ?? 'succeed';
  if (seen.status !== undefined && seen.status !== was) {
    const dead = fateOf(seen.status) === 'dead';
    const code = dead ? codeOfDead({ orderStatus: seen.status }) : 'order_status_changed';
    differences.push({ code, message: `the order ${row.order_no} is ${seen.status} now, it was ${was}` });
  }
  const serials = [...seen.serials.details, ...seen.serials.list].filter(looksWhole);
  if (serials.length > 0 && !serials.includes(row.sn_key))
    differences.push({
      code: 'another_serial_number',
      message: `the portal shows the order ${row.order_no} for ${serials[0]}`,
    });
  if (isForAnotherProduct(seen, productId))
    differences.push({
      code: 'another_product',
      message: `the portal shows the order ${row.order_no} for product ${seen.productId}, not ${productId}`,
    });
  return differences;
}

/** Takes the order's status over: by a move of its own, guarded as all moves are. */
async function takeOver({ batch, ledger, clock }: Parts, row: OrderRow, seen: SeenOrder): Promise<void> {
  const { orderNo, status: orderStatus } = seen;
  if (orderStatus === undefined || orderStatus === row.order_status) return;
  const key = { batch, snKey: row.sn_key };
  const at = clock.now();
  const fate = fateOf(orderStatus);
  if (fate !== 'dead') {
    await ledger.record({ move: 'correct', ...key, fate, order: { orderNo, orderStatus }, at });
    return;
  }
  const buried = buryOf(key, { orderNo, orderStatus }, at);
  const { order, reason } = buried;
  await ledger.record(row.status === 'pending' ? buried : { move: 'overturn', ...key, order, reason, at });
}
