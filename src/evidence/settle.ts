import { createBell } from '../common/bell.js';
import { EXIT, Problem } from '../common/errors.js';
import { asClause } from '../common/sentence.js';
import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import { weigh } from './absence.js';
import type { EvidenceContext } from './context.js';
import { evidenceFor } from './evidence-for.js';
import { createRowSettler, lostRow, type SettleCallbacks, type Watched } from './settle-row.js';
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

/** Between looks, ms; the first comes soon, because most orders show up at once. */
const FIRST_LOOK_MS = 300;
const LOOK_EVERY_MS = 3_000;

/** Settles lost answers: one look at the portal for all rows that wait. What a look proves is decided in `weigh`. */
export function createSettler(context: EvidenceContext, callbacks: SettleCallbacks): Settler {
  const { settings, ledger, looker, clock, stop, emit } = context;
  const watched = new Map<string, Watched>();
  const changed = createBell();
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
    watched.set(row.sn_key, { row, lost: lostRow(row, context), dueAt, useless: 0 });
    emit({ type: 'settling', rows: watched.size });
    changed.ring();
  };

  const forget = (row: OrderRow): void => {
    watched.delete(row.sn_key);
    emit({ type: 'settling', rows: watched.size });
  };

  const rowSettler = createRowSettler(context, callbacks, forget);

  const run = async (): Promise<void> => {
    stop.signal.addEventListener('abort', changed.ring, { once: true });
    let fresh = true;
    while (!stop.signal.aborted) {
      if (watched.size === 0) {
        fresh = true;
        await changed.next();
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
    rowSettler.sayLeftInDoubt();
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
        await writing(rowSettler.found(item, verdict));
      } else if (verdict.kind === 'absent') await writing(rowSettler.absent(item, looked.look.no));
      else if (verdict.code !== 'too_early') rowSettler.giveUpAfterSome(item, verdict);
    }
  };

  const cannotLook = async (problem: Problem, rows: readonly Watched[]): Promise<void> => {
    // Another process has looked meanwhile: the next look is this one's again.
    if (problem.code === 'look_overtaken') return;
    if (problem.code.startsWith('ledger_')) throw problem;
    if (problem.code === 'access_refused') return stop.request({ kind: 'access-lost', problem });
    if (problem.exitStatus === EXIT.stoppedEarly) {
      return await callbacks.untilPortalAnswers(asClause(problem.message));
    }
    const now = ledger.time.now();
    const why = `the portal's orders could not be read: ${asClause(problem.message)}`;
    for (const item of rows)
      if (item.dueAt <= now)
        rowSettler.giveUpAfterSome(item, { code: 'list_unreadable', why, settled: false });
  };

  const close = async (): Promise<void> => {
    closed = true;
    await underWay;
  };

  return { watch, size: () => watched.size, done: run(), close };
}

/** Details that failed are asked for again, and those that show no serial number yet. */
const mayTellMore = ({ details, serials }: SeenOrder): boolean =>
  details !== 'read' || serials.details.length === 0;
