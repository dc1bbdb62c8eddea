import pLimit from 'p-limit';
import { EXIT, Problem } from '../common/errors.js';
import type { Reference } from '../common/ids.js';
import { learnEcho } from '../evidence/learn-echo.js';
import { askPending } from '../evidence/pending.js';
import { createSettler } from '../evidence/settle.js';
import type { OrderRow } from '../ledger/schema.js';
import type { RunContext } from './context.js';
import type { RowEnd } from './events.js';
import { rowSource } from './row-source.js';
import { failuresOf, finishedOf, isGood, noRows, type Tally, tooManyFailures } from './rules.js';
import { createSender, type Written } from './send-order.js';

export interface RunEnd {
  /** Ends of rows in this run. */
  readonly tally: Tally;
  /** Orders placed by sends of this run. */
  readonly sent: number;
}

/** Lost answers that may wait at a time: senders hold on, so that memory and doubt stay bounded. */
const MOST_IN_DOUBT = 1_000;

/** Sends the rows of a run, settles what is lost, and stops where a rule says so. The truth is in the ledger. */
export async function runBatch(context: RunContext): Promise<RunEnd> {
  const { batch, runNo, settings, ledger, pace, stop, emit } = context;
  const slots = pLimit({ concurrency: settings.concurrency, rejectOnClear: true });
  const send = createSender(context, slots);
  /** Rows that this run settles or asks about: they come back to be sent by `resend` alone. */
  const settledHere = new Set<string>();
  const source = rowSource(ledger, { batch, runNo }, (row) => settledHere.has(row.sn_key));
  const resend: OrderRow[] = [];
  let tally: Tally = noRows;
  let sent = 0;
  let launched = 0;
  /** Requests that are not over yet (or wait for a slot), and rows whose end is not on disk yet: the second holds the first. */
  let inFlight = 0;
  let underWay = 0;
  /** Rows launched by this run that have no end yet: in a slot, watched, or waiting to be sent again. */
  const unfinished = new Set<string>();
  let canariesLeft = settings.canary;
  let echoAsked = context.echo.current !== 'unknown' || !settings.useReference;
  /** Questions to the portal beside the orders: waited for at the end, but not by one who stops. */
  const asides: Promise<unknown>[] = [];
  let defect: unknown;
  let wake: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    const onStop = (): void => {
      slots.clearQueue();
      wake();
      resolve();
    };
    if (stop.signal.aborted) onStop();
    else stop.signal.addEventListener('abort', onStop, { once: true });
  });

  const fail = (error: unknown): void => {
    if (error instanceof Problem) stop.request({ kind: 'ledger', problem: error });
    else {
      defect ??= error;
      stop.request({
        kind: 'ledger',
        problem: new Problem('defect', 'The program met an error of its own.'),
      });
    }
    wake();
  };

  const ended = (row: OrderRow, status: RowEnd, code?: string, orderNo?: string): void => {
    tally = { ...tally, [status]: tally[status] + 1 };
    if (isGood(status) && unfinished.has(row.sn_key)) sent++;
    emit({
      type: 'row-ended',
      serialNumber: row.serial_number,
      status,
      ...(code === undefined ? {} : { code }),
      ...(orderNo === undefined ? {} : { orderNo }),
    });
    if (unfinished.delete(row.sn_key) && canariesLeft > 0) {
      canariesLeft--;
      if (!isGood(status)) stop.request({ kind: 'canary', serialNumber: row.serial_number, status });
    }
    if (tooManyFailures(tally, settings.maxFailures)) {
      stop.request({ kind: 'max-failures', failures: failuresOf(tally), finished: finishedOf(tally) });
    }
    wake();
  };

  const settler = createSettler(context, {
    ended,
    released: (row) => {
      resend.push(row);
      wake();
    },
  });
  settler.done.catch(fail);

  const finish = async (row: OrderRow, result: Written | { kind: 'untouched' }): Promise<void> => {
    if (result.kind === 'untouched') unfinished.delete(row.sn_key);
    if (result.kind === 'lost') {
      const lost = await ledger.read.row(batch, row.sn_key);
      if (lost !== undefined) settler.watch(lost);
    }
    if (result.kind === 'ended') {
      ended(row, result.status, result.code, result.order?.orderNo);
      if (result.order !== undefined && !echoAsked && row.own_po_number === null) {
        echoAsked = true;
        const placed = await ledger.read.row(batch, row.sn_key);
        if (placed?.reference != null) asides.push(rememberEcho(context, result.order, placed.reference));
      }
    }
  };

  const launch = (row: OrderRow): void => {
    underWay++;
    if (!unfinished.has(row.sn_key)) launched++;
    unfinished.add(row.sn_key);
    inFlight++;
    send(row)
      .finally(() => {
        inFlight--;
        wake();
      })
      .then(async (result) => finish(row, result.kind === 'answered' ? await result.written : result))
      .catch(fail)
      .finally(() => {
        underWay--;
        wake();
      });
  };

  /** The next row that may go now; `wait` when something has to end first. */
  const next = async (): Promise<OrderRow | 'wait' | 'none'> => {
    const oneAtATime = canariesLeft > 0;
    if (
      oneAtATime
        ? underWay > 0
        : inFlight >= settings.concurrency + Math.min(pace.ahead(), settings.concurrency)
    )
      return 'wait';
    const limit = settings.limit ?? Number.POSITIVE_INFINITY;
    // Rows that an earlier run sent are new to this one: they count, and the canary goes before them.
    const isNew = ({ sn_key }: OrderRow): boolean => !unfinished.has(sn_key);
    const waitsForCanary = oneAtATime && unfinished.size > 0;
    const at = resend.findIndex((row) => !isNew(row) || (!waitsForCanary && launched < limit));
    const [again] = at < 0 ? [] : resend.splice(at, 1);
    if (again !== undefined) return (await ledger.read.row(batch, again.sn_key)) ?? again;
    if (waitsForCanary) return 'wait';
    if (settler.size() >= MOST_IN_DOUBT) return 'wait';
    const fresh = launched < limit ? await source() : undefined;
    if (fresh !== undefined) return fresh;
    return underWay > 0 || settler.size() > 0 ? 'wait' : 'none';
  };

  await recoverLost(context, (row) => {
    settledHere.add(row.sn_key);
    settler.watch(row);
  });
  const onDead = (row: OrderRow): void => void settledHere.add(row.sn_key);
  asides.push(askPending(context, runNo, stop.signal, onDead).catch(tolerate(context, fail)));

  while (!stop.signal.aborted) {
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const row = await next();
    if (row === 'none') break;
    if (row !== 'wait') launch(row);
    else await woken;
  }
  // Whatever is in flight is answered and written before anyone goes home.
  while (underWay > 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (underWay === 0) resolve();
    });
  }
  await Promise.race([Promise.all(asides), stopped]);
  if (defect !== undefined) throw defect;
  return { tally, sent };
}

/** Rows left `sending` by a process that died are lost answers, and so is what an earlier run left in doubt. */
export async function recoverLost(
  { batch, ledger }: Pick<RunContext, 'batch' | 'ledger'>,
  watch: (row: OrderRow) => void,
): Promise<void> {
  const reason = { code: 'process_ended', message: 'the process ended before the answer was written down' };
  for await (const row of eachRow(ledger, batch, 'sending')) {
    await ledger.record({ move: 'lose', batch, snKey: row.sn_key, openUntil: row.open_until ?? 0, reason });
  }
  for await (const row of eachRow(ledger, batch, 'in_doubt')) watch(row);
}

async function* eachRow(
  ledger: RunContext['ledger'],
  batch: RunContext['batch'],
  status: OrderRow['status'],
) {
  let after: OrderRow['sn_key'] | '' = '';
  for (;;) {
    const rows: OrderRow[] = await ledger.read.inStatus(batch, status, after);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.sn_key;
    yield* rows;
  }
}

async function rememberEcho(
  context: RunContext,
  order: { readonly orderNo: NonNullable<OrderRow['order_no']> },
  reference: Reference,
): Promise<void> {
  const { batch, ledger, emit, echo } = context;
  try {
    const learned = await learnEcho(context, order, reference);
    if (learned === 'unknown') return;
    echo.current = learned;
    await ledger.rememberEcho(batch, learned);
    if (learned !== 'none') return;
    emit({
      type: 'warning',
      message:
        'The portal does not show our reference on its orders: lost answers are settled by serial number and time, ' +
        'and a lost ledger could not be made up for.',
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    emit({
      type: 'warning',
      message: `Whether the portal shows our reference is not known yet: ${error.message}`,
    });
  }
}

/** That pending orders cannot be asked about now does not keep others from being placed. */
const tolerate =
  ({ emit }: RunContext, fail: (error: unknown) => void) =>
  (error: unknown): number => {
    if (
      error instanceof Problem &&
      (error.exitStatus === EXIT.stoppedEarly || error.code === 'foreign_answer')
    ) {
      emit({ type: 'warning', message: `Pending orders were not asked about: ${error.message}` });
    } else fail(error);
    return 0;
  };
