import { EXIT, Problem } from '../common/errors.js';
import { referenceKey } from '../common/ids.js';
import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import { type UnclearCode, type Verdict, weigh } from './absence.js';
import type { EvidenceContext } from './context.js';
import { creditOrder } from './credit.js';
import { evidenceFor } from './evidence-for.js';
import type { LostRow } from './recognise.js';
import { listTellsSerial } from './traits.js';

export interface Settler {
  /** Watches the portal for the order of a row that is `in_doubt` in the ledger. */
  readonly watch: (row: OrderRow) => void;
  /** Rows still watched. */
  readonly size: () => number;
  /** Ends with the run: what is not settled by then stays in doubt. */
  readonly done: Promise<void>;
  /** From then on no row changes any more: resolves when what is being written is written. */
  readonly close: () => Promise<void>;
}

export interface SettleCallbacks {
  /** The row's order was found, or nothing more can be done for it in this run. */
  readonly ended: (
    row: OrderRow,
    status: 'succeeded' | 'pending' | 'failed' | 'in_doubt',
    code?: string,
  ) => void;
  /** It is proven that the portal has no order of the row: it waits to be sent again. */
  readonly released: (row: OrderRow) => void;
  /** The portal does not answer: resolves when it does again, or when the run is stopped. */
  readonly untilPortalAnswers: (why: string) => Promise<void>;
}

/** Between looks, ms; the first comes soon, because most orders show up at once. */
const FIRST_LOOK_MS = 300;
const LOOK_EVERY_MS = 3_000;
/** Looks that came late enough and proved nothing, before a row is left in doubt. */
const USELESS_LOOKS = 6;
/** The same if all that can be read of the orders in question was read. */
const SETTLED_LOOKS = 2;

/** Why a look that came late enough proved nothing. */
interface Reason {
  readonly code: UnclearCode | 'list_unreadable';
  readonly why: string;
  readonly settled: boolean;
}

interface Watched {
  readonly row: OrderRow;
  readonly lost: LostRow;
  /** From when on a look may prove its order absent, in the ledger's own time. */
  readonly dueAt: number;
  useless: number;
}

/** Settles lost answers: one look at the portal for all rows that wait. What a look proves is decided in `weigh`. */
export function createSettler(context: EvidenceContext, callbacks: SettleCallbacks): Settler {
  const { batch, settings, ledger, portal, looker, clock, stop, emit } = context;
  const watched = new Map<string, Watched>();
  /** Serial numbers by the reason for which this look left them in doubt. */
  const leftInDoubt = new Map<string, string[]>();
  let wake: (() => void) | undefined;
  let closed = false;
  let underWay: Promise<unknown> = Promise.resolve();

  const writing = (write: Promise<void>): Promise<void> => {
    underWay = write.catch(() => undefined);
    return write;
  };

  const watch = (row: OrderRow): void => {
    if (settings.withoutOrderList) {
      callbacks.ended(row, 'in_doubt', row.error_code ?? undefined);
      return;
    }
    const dueAt = (row.open_until ?? ledger.time.now()) + settings.settleMs;
    watched.set(row.sn_key, { row, lost: lostRow(row), dueAt, useless: 0 });
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
      if (!stop.signal.aborted) await lookOnce();
    }
  };

  /** Until the next row's time is over, but not longer than the distance of looks. */
  const untilDue = (): number => {
    const now = ledger.time.now();
    const left = [...watched.values()].map(({ dueAt }) => dueAt - now + 1).filter((ms) => ms > 0);
    return Math.max(50, Math.min(LOOK_EVERY_MS, ...left));
  };

  const lookOnce = async (): Promise<void> => {
    const rows = [...watched.values()];
    try {
      await settleAll(rows);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await cannotLook(error, rows);
    }
    for (const [why, serials] of leftInDoubt) emit({ type: 'warning', message: sayLeft(serials, why) });
    leftInDoubt.clear();
  };

  const settleAll = async (rows: readonly Watched[]): Promise<void> => {
    const now = ledger.time.now();
    const how = rows.some(({ dueAt }) => dueAt <= now) ? 'whole' : 'ends';
    const oldest = Math.min(...rows.map(({ lost }) => lost.lookBefore));
    const looked = await looker.look(how, async (traits) => {
      const orders = await ledger.mirror.newSince(oldest);
      // Of an order for a row that is watched, the reference may be in the details alone.
      const isOfOthers = (order: SeenOrder): boolean =>
        listTellsSerial(order, traits) && !order.serials.list.some((serial) => watched.has(serial));
      return orders.filter((order) => mayTellMore(order) && !isOfOthers(order));
    });
    const orders = await ledger.mirror.newSince(oldest);
    // An order found for one row of this look is not offered to the next.
    const free = new Map(orders.map((order) => [order.orderNo, order]));
    for (const item of rows) {
      if (closed) return;
      const evidence = await evidenceFor(context, looked, [...free.values()], item);
      const verdict = weigh(item.lost, item.dueAt, evidence);
      if (closed) return;
      if (verdict.kind === 'found') {
        free.delete(verdict.order.orderNo);
        await writing(found(item, verdict));
      } else if (verdict.kind === 'absent') await writing(absent(item, looked.look.no));
      else if (verdict.code !== 'too_early') giveUpAfterSome(item, verdict);
    }
  };

  const found = async (
    { row }: Watched,
    { order, twins }: Extract<Verdict, { kind: 'found' }>,
  ): Promise<void> => {
    if (twins > 0) warnOfTwins(row, twins);
    const credited = await creditOrder(ledger, 'find', { batch, snKey: row.sn_key }, order, clock.now());
    if (credited === 'taken') return;
    forget(row);
    callbacks.ended(row, credited.status, credited.code);
  };

  const absent = async ({ row }: Watched, look: number): Promise<void> => {
    const attempts = row.sent_run === context.runNo ? row.run_attempts : 0;
    const mayResend = row.run_no === context.runNo && settings.onDoubt === 'resend';
    if (!mayResend || attempts >= settings.maxAttempts) {
      forget(row);
      callbacks.ended(row, 'in_doubt', row.error_code ?? undefined);
      return;
    }
    const { settleMs } = settings;
    const send = { batch, snKey: row.sn_key, claimNo: row.claim_no };
    await ledger.record({ move: 'release', ...send, look, settleMs });
    emit({ type: 'released', serialNumber: row.serial_number });
    // Not before it is on the disk: a run with nothing to watch and nothing to send is over.
    forget(row);
    callbacks.released(row);
  };

  const giveUpAfterSome = (item: Watched, { code, why, settled }: Reason): void => {
    item.useless++;
    if (item.useless < (settled ? SETTLED_LOOKS : USELESS_LOOKS)) return;
    const { row } = item;
    leftInDoubt.set(why, [...(leftInDoubt.get(why) ?? []), row.serial_number]);
    forget(row);
    callbacks.ended(row, 'in_doubt', code);
  };

  const cannotLook = async (problem: Problem, rows: readonly Watched[]): Promise<void> => {
    // Another process has looked meanwhile: the next look is this one's again.
    if (problem.code === 'look_overtaken') return;
    if (problem.code.startsWith('ledger_')) throw problem;
    if (problem.code === 'access_refused') return stop.request({ kind: 'access-lost', problem });
    if (problem.exitStatus === EXIT.stoppedEarly) {
      return await callbacks.untilPortalAnswers(problem.message.replace(/[.]$/, ''));
    }
    const now = ledger.time.now();
    const why = `the portal's orders could not be read: ${problem.message.replace(/[.]$/, '')}`;
    for (const item of rows)
      if (item.dueAt <= now) giveUpAfterSome(item, { code: 'list_unreadable', why, settled: false });
  };

  const warnOfTwins = (row: OrderRow, twins: number): void =>
    emit({
      type: 'warning',
      message:
        `The portal shows ${twins + 1} orders that may all be those of the row ${row.serial_number}: look at them ` +
        'there, and cancel all but one.',
    });

  const lostRow = (row: OrderRow): LostRow => ({
    snKey: row.sn_key,
    reference: row.reference === null ? undefined : referenceKey(row.reference),
    referenceIsOurs: row.own_po_number === null || row.own_po_number !== row.reference,
    adopts: settings.recentOrders === 'adopt',
    lookBefore: row.look_before,
    earliest: portal.clock.earliest(row.doubt_since ?? row.submitted_at ?? clock.now()),
  });

  const close = async (): Promise<void> => {
    closed = true;
    await underWay;
  };

  return { watch, size: () => watched.size, done: run(), close };
}

const sayLeft = (serials: readonly string[], why: string): string => {
  const some = serials.slice(0, 5).join(', ');
  const more = serials.length > 5 ? ` and ${serials.length - 5} more` : '';
  const rows = serials.length === 1 ? 'One row stays' : `${serials.length} rows stay`;
  return `${rows} in doubt (${some}${more}), because ${why}.`;
};

/** Details that failed are asked for again, and those that show no serial number yet. */
const mayTellMore = ({ details, serials }: SeenOrder): boolean =>
  details !== 'read' || serials.details.length === 0;
