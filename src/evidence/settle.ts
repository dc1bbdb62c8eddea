import { EXIT, Problem } from '../common/errors.js';
import type { OrderRow } from '../ledger/schema.js';
import type { OrderDetails } from '../portal/order-details.js';
import type { ListedOrder } from '../portal/order-list.js';
import { fateOf } from '../portal/outcome.js';
import type { RunContext } from '../runner/context.js';
import type { RowEnd } from '../runner/events.js';
import { leastLead, readBackTo, windowOf } from './order-clock.js';
import { isOrderOf, type Lost, lookInList, showsSerials } from './recognise.js';

export interface Settler {
  /** Watches the portal for the order of a row that is `in_doubt` in the ledger. */
  readonly watch: (row: OrderRow) => void;
  /** Rows still watched. */
  readonly size: () => number;
  /** Ends with the run: what is not settled by then stays in doubt. */
  readonly done: Promise<void>;
}

export interface SettleCallbacks {
  /** The row's order was found, or nothing more can be done for it in this run. */
  readonly ended: (row: OrderRow, status: RowEnd, code?: string) => void;
  /** The portal was watched long enough and does not show the order: the row waits to be sent again. */
  readonly released: (row: OrderRow) => void;
}

/** Between looks, ms; the first comes soon, because most orders show up at once. */
const FIRST_LOOK_MS = 300;
const LOOK_EVERY_MS = 3_000;
/** Looks that could not read the whole list, or an order in it, before a row is left in doubt. */
const USELESS_LOOKS = 6;
/** Orders whose times tell the clock of the orders. */
const LEARN_FROM = 50;

interface Watched {
  readonly row: OrderRow;
  /** The first send whose answer was lost, epoch ms. */
  readonly sentAt: number;
  readonly openUntil: number;
  useless: number;
}

/** What the orders that are credited already tell of the others. */
interface ListKnowledge {
  readonly lead: number | undefined;
  readonly listShowsSerials: boolean;
}

/** What one look showed for one row. */
type Sight = { readonly found: ListedOrder } | 'absent' | 'unclear';

/**
 * Settles lost answers: one look through the portal's order list for all rows that wait. A row is taken as
 * not placed only by a complete look that began `settle` after the last moment at which its request can
 * have been under way.
 */
export function createSettler(context: RunContext, callbacks: SettleCallbacks): Settler {
  const { batch, settings, ledger, portal, clock, stop, emit, echo, firstSeen } = context;
  const watched = new Map<string, Watched>();
  const details = new Map<string, OrderDetails>();
  let wake: (() => void) | undefined;

  const watch = (row: OrderRow): void => {
    const openUntil = row.open_until ?? clock.now();
    const sentAt = row.doubt_since ?? row.submitted_at ?? openUntil;
    watched.set(row.sn_key, { row, sentAt, openUntil, useless: 0 });
    emit({ type: 'settling', rows: watched.size });
    wake?.();
  };

  const forget = (row: OrderRow): void => {
    watched.delete(row.sn_key);
    emit({ type: 'settling', rows: watched.size });
  };

  const run = async (): Promise<void> => {
    let fresh = true;
    while (!stop.signal.aborted) {
      if (watched.size === 0) {
        fresh = true;
        await new Promise<void>((resolve) => {
          wake = resolve;
          stop.signal.addEventListener('abort', () => resolve(), { once: true });
        });
        wake = undefined;
        continue;
      }
      await clock.sleep(fresh ? Math.min(FIRST_LOOK_MS, untilDue()) : untilDue(), stop.signal);
      fresh = false;
      if (!stop.signal.aborted) await look();
    }
  };

  /** Until the next row's time is over, but not longer than the distance of looks. */
  const untilDue = (): number => {
    const now = clock.now();
    let next = LOOK_EVERY_MS;
    for (const { openUntil } of watched.values()) {
      const left = openUntil + settings.settleMs - now;
      if (left > 0) next = Math.min(next, left + 1);
    }
    return Math.max(50, next);
  };

  const look = async (): Promise<void> => {
    const rows = [...watched.values()];
    const lookedAt = clock.now();
    let sights: Map<Watched, Sight>;
    try {
      sights = await see(rows);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await cannotLook(error, rows);
      return;
    }
    for (const item of rows) {
      const sight = sights.get(item) ?? 'unclear';
      if (typeof sight === 'object') await credit(item, sight.found);
      else if (item.openUntil + settings.settleMs <= lookedAt) await conclude(item, sight, lookedAt);
    }
  };

  const see = async (rows: readonly Watched[]): Promise<Map<Watched, Sight>> => {
    const firstSentAt = Math.min(...rows.map(({ sentAt }) => sentAt));
    const { orders, complete, pages } = await portal.sweeper.sweep(
      readBackTo(portal.clock.earliest(firstSentAt)),
    );
    emit({ type: 'look', rows: rows.length, complete, pages });
    const taken = await ledger.read.credited(orders.map(({ orderNo }) => orderNo));
    const free = new Map(
      orders.filter(({ orderNo }) => !taken.has(orderNo)).map((order) => [order.orderNo, order]),
    );
    firstSeen.note([...free.values()], complete);
    const known = await learnFrom(orders.filter(({ orderNo }) => taken.has(orderNo)));
    const sights = new Map<Watched, Sight>();
    const thisLook = new Map<string, OrderDetails>();
    for (const item of rows) {
      const sight = await seeOne(lostOf(item, known), item.sentAt, [...free.values()], complete, thisLook);
      sights.set(item, sight);
      // An order found for one row of this look is not offered to the next.
      if (typeof sight === 'object') free.delete(sight.found.orderNo);
    }
    return sights;
  };

  /** What the newest of our own orders tell of the list: the newest, since clocks drift. */
  const learnFrom = async (own: readonly ListedOrder[]): Promise<ListKnowledge> => {
    const newest = [...own].sort((a, b) => (b.createTime ?? 0) - (a.createTime ?? 0)).slice(0, LEARN_FROM);
    const sends = await ledger.read.sendsOf(newest.map(({ orderNo }) => orderNo));
    const timed = newest.flatMap(({ orderNo, createTime }) => {
      const send = sends.get(orderNo);
      return createTime === undefined || send === undefined ? [] : [{ createTime, ...send }];
    });
    return { lead: leastLead(timed), listShowsSerials: showsSerials(newest, sends) };
  };

  const lostOf = ({ row, sentAt }: Watched, { lead, listShowsSerials }: ListKnowledge): Lost => ({
    listShowsSerials,
    listKnown: firstSeen.lookedBefore(sentAt),
    snKey: row.sn_key,
    serialNumber: row.serial_number,
    reference: row.reference,
    referenceIsOurs: row.own_po_number === null || row.own_po_number !== row.reference,
    ...windowOf(sentAt, lead, portal.clock.earliest(sentAt)),
  });

  const seeOne = async (
    lost: Lost,
    sentAt: number,
    free: readonly ListedOrder[],
    complete: boolean,
    thisLook: Map<string, OrderDetails>,
  ): Promise<Sight> => {
    const verdict = lookInList(lost, free, echo.current);
    if (verdict.kind === 'found') {
      if (verdict.twins > 0) warnOfTwins(lost, verdict.twins);
      return { found: verdict.order };
    }
    let unclear = false;
    for (const candidate of verdict.candidates) {
      if (firstSeen.wasThereBefore(candidate.orderNo, sentAt)) continue;
      const known =
        details.get(candidate.orderNo) ??
        thisLook.get(candidate.orderNo) ??
        (await portal.orderDetails(candidate.orderNo));
      if (known === undefined || known === 'unreadable' || known.productNos.length === 0) {
        unclear = true;
        continue;
      }
      const verdict = isOrderOf(lost, candidate, known, echo.current);
      if (verdict === 'yes') return { found: { ...candidate, ...withoutLists(known) } };
      if (verdict === 'unclear') unclear = true;
      // A reference can show up later than its order: what has none is read again at the next look.
      const final = known.references.length > 0 || echo.current === 'none';
      (final ? details : thisLook).set(candidate.orderNo, known);
    }
    return complete && !unclear ? 'absent' : 'unclear';
  };

  const credit = async ({ row }: Watched, order: ListedOrder): Promise<void> => {
    const key = { batch, snKey: row.sn_key };
    const fate = fateOf(order.orderStatus);
    const at = clock.now();
    const code = `order_${order.orderStatus}`;
    const result =
      fate === 'dead'
        ? await ledger.record({
            move: 'bury',
            ...key,
            order,
            at,
            reason: { code, message: `the portal shows the order ${order.orderNo} as ${order.orderStatus}` },
            held: !isPortalsOwnFailure(order),
          })
        : await ledger.record({ move: 'find', ...key, fate, order, at });
    if (result === 'taken') return;
    forget(row);
    callbacks.ended(row, fate === 'dead' ? 'failed' : fate, fate === 'dead' ? code : undefined);
  };

  /** The row's time is over and its order is not there, or could not be looked for. */
  const conclude = async (item: Watched, sight: 'absent' | 'unclear', lookedAt: number): Promise<void> => {
    const { row } = item;
    if (sight === 'unclear') {
      item.useless++;
      if (item.useless < USELESS_LOOKS) return;
    }
    const attempts = row.sent_run === context.runNo ? row.run_attempts : 0;
    const mayResend = row.run_no === context.runNo && settings.onDoubt === 'resend';
    if (sight === 'unclear' || !mayResend || attempts >= settings.maxAttempts) {
      forget(row);
      callbacks.ended(
        row,
        'in_doubt',
        sight === 'unclear' ? 'list_unreadable' : (row.error_code ?? undefined),
      );
      return;
    }
    await ledger.record({ move: 'release', batch, snKey: row.sn_key, lookedAt, settleMs: settings.settleMs });
    emit({ type: 'released', serialNumber: row.serial_number });
    // Not before it is on the disk: a run with nothing to watch and nothing to send is over.
    forget(row);
    callbacks.released(row);
  };

  const cannotLook = async (problem: Problem, rows: readonly Watched[]): Promise<void> => {
    if (problem.code === 'access_refused') {
      stop.request({ kind: 'access-lost', problem });
      return;
    }
    if (problem.exitStatus === EXIT.stoppedEarly) {
      context.breaker.failed(true, problem.message.replace(/[.]$/, ''));
      while (context.breaker.state() === 'open' && !stop.signal.aborted) {
        await context.breaker.changed(stop.signal);
      }
      return;
    }
    emit({ type: 'warning', message: problem.message });
    const lookedAt = clock.now();
    for (const item of rows) {
      if (item.openUntil + settings.settleMs <= lookedAt) await conclude(item, 'unclear', lookedAt);
    }
  };

  const warnOfTwins = (lost: Lost, twins: number): void =>
    emit({
      type: 'warning',
      message:
        `The portal shows ${twins + 1} orders with the reference ${lost.reference} (SN ${lost.serialNumber}): ` +
        'cancel all but one there.',
    });

  return { watch, size: () => watched.size, done: run() };
}

/** Cancelled or refunded was somebody's decision; failed was the portal's, and may be tried again. */
const isPortalsOwnFailure = (order: ListedOrder): boolean => order.orderStatus === 'failed';

function withoutLists({
  orderNos: _,
  productNos: __,
  references: ___,
  ...rest
}: OrderDetails): Partial<ListedOrder> {
  return rest;
}
