import { EXIT, Problem } from '../common/errors.js';
import type { Finding } from '../common/finding.js';
import type { RowFinding } from '../ledger/checked-line.js';
import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import type { EvidenceContext } from './context.js';
import { creditOrder } from './credit.js';
import type { Looked } from './looker.js';
import { decideRecent, isForAnotherProduct, isLiving, standsSince, tellsNoSerial } from './recent-orders.js';
import { isOfOurShape, referenceOf } from './reference.js';
import { rowsOrdered } from './rows-ordered.js';
import { listTellsSerial, type PortalTraits, referencesOf } from './traits.js';

export interface Guarded {
  /** Rows that took an order of the portal's for their own. */
  readonly adopted: number;
  /** Rows that were taken out of the run, and what concerns the file as a whole. */
  readonly findings: readonly Finding[];
}

/** A list this long is some hours of orders at full speed: its newest part is what a lost ledger was about. */
const MOST_DETAILS = 5_000;

/**
 * Looks at the portal and compares each row that waits to be sent with its orders: one that bears the row's reference
 * is taken over, a recent one for its serial number is a finding or is taken over, as the user decided.
 * @param since how far back, by the portal's clock, epoch ms
 */
export async function guardRows(context: EvidenceContext, since: number): Promise<Guarded> {
  const { batch, runNo, settings, job, ledger, looker, clock, emit } = context;
  const looked = await looker.look('whole', (traits) => ordersToRead(context, since, traits));
  assertRead(looked, emit);
  const candidates = await rowsOrdered(context, since);
  const reference = (row: OrderRow) => referenceOf(batch, settings.useReference, row);
  let adopted = 0;
  const refused: RowFinding[] = [];
  for (const { row, orders } of candidates) {
    const terms = {
      productId: job.productId,
      recentOrders: settings.recentOrders,
      since: standsSince(context, row),
      reference: reference(row),
    };
    let left = orders;
    let decision = decideRecent(row, left, terms);
    while (decision.do === 'credit') {
      const { order } = decision;
      const key = { batch, snKey: row.sn_key };
      const credited = await creditOrder(ledger, 'adopt', key, order, clock.now(), decision.reference);
      const mayBeSent = credited === 'taken' || (credited.status === 'failed' && order.status === 'failed');
      if (!mayBeSent) {
        if (credited.status === 'failed') refused.push(needsPerson(row, order));
        else adopted++;
        break;
      }
      // An order that failed at the portal keeps no row from being sent; another one may.
      left = left.filter(({ orderNo }) => orderNo !== order.orderNo);
      decision = decideRecent(row, left, terms);
    }
    if (decision.do === 'refuse') refused.push({ snKey: row.sn_key, finding: decision.finding });
  }
  // A row that a person has to look at stays in the run, as failed.
  await ledger.takeOut(
    { batch, runNo },
    refused.filter(({ finding }) => finding.code === 'recently_ordered'),
  );
  looker.guarded(looked.look.no);
  const findings = refused.map(({ finding }) => finding);
  return { adopted, findings: [...findings, ...(await unclearOrders(context, since))] };
}

/** Orders whose details are to be read: the newest, if there are too many. */
async function ordersToRead(
  { batch, runNo, ledger, emit }: Pick<EvidenceContext, 'batch' | 'runNo' | 'ledger' | 'emit'>,
  since: number,
  traits: PortalTraits,
): Promise<readonly SeenOrder[]> {
  const unread = await ledger.mirror.withoutDetails(since, MOST_DETAILS + 1);
  if (unread.length > MOST_DETAILS) {
    emit({
      type: 'warning',
      message:
        `The portal has more than ${MOST_DETAILS} recent orders whose details are not known: the newest ` +
        `${MOST_DETAILS} are read. A shorter --lookback needs fewer.`,
    });
  }
  const forOurRows = new Set(
    (await ledger.mirror.foreignOrders({ batch, runNo }, since)).map(({ orderNo }) => orderNo),
  );
  // Of an order for a row of the file, the reference may be in the details alone.
  const wanted = unread.filter((order) => !listTellsSerial(order, traits) || forOurRows.has(order.orderNo));
  return wanted.slice(0, MOST_DETAILS);
}

function assertRead({ ended, look }: Looked, emit: EvidenceContext['emit']): void {
  if (!ended) {
    throw new Problem('list_unreadable', "The portal's list of orders could not be read to its end.", {
      remedy:
        'Nothing was sent, because earlier orders of this batch could have been missed. Run the same command again. ' +
        'If that does not help, look at the orders in the Partner Portal.',
      exitStatus: EXIT.stoppedEarly,
    });
  }
  if (look.whole) return;
  emit({
    type: 'warning',
    message:
      "The portal's list of orders changed while it was read, or says that it has more orders than it shows: a " +
      'recent order may have been missed.',
  });
}

/**
 * A portal whose recent orders tell neither a serial number nor a reference of ours cannot be compared with the file:
 * whether the file was ordered already is then for a person to say.
 */
async function unclearOrders(
  { ledger, settings, job, looker }: EvidenceContext,
  since: number,
): Promise<Finding[]> {
  if (settings.recentOrders === 'repeat') return [];
  const { serials } = await looker.traits();
  if (serials.list === 'whole' || serials.details === 'whole') return [];
  const recent = (await ledger.mirror.uncreditedSince(since)).filter(
    (order) => isLiving(order) && !isForAnotherProduct(order, job.productId) && order.details === 'read',
  );
  const isBlind = recent.length > 0 && recent.every((order) => tellsNoSerial(order));
  if (!isBlind || recent.some((order) => referencesOf(order).some(isOfOurShape))) return [];
  const example = recent[0]?.orderNo;
  return [
    {
      code: 'recent_orders_unclear',
      message:
        `the portal has ${recent.length} recent orders that this ledger did not place, such as ${example}, and it ` +
        'does not show for which PBXs they are. Look at them there: if none is for a PBX of this file, use ' +
        '--recent-orders repeat',
    },
  ];
}

const needsPerson = (row: OrderRow, order: SeenOrder): RowFinding => ({
  snKey: row.sn_key,
  finding: {
    line: row.line,
    code: 'order_needs_a_person',
    message:
      `the portal has an earlier order of this batch for ${row.serial_number} with the status "${order.status}" ` +
      `(${order.orderNo}): look at it in the Partner Portal. To order again, put the row into a separate file and run that with another --batch`,
  },
});
