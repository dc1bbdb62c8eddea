import pLimit from 'p-limit';
import { createBell } from '../common/bell.js';
import { Problem, problemOf } from '../common/errors.js';
import { learnFromOrder } from '../evidence/learn.js';
import { askPending } from '../evidence/pending.js';
import { screenRow } from '../evidence/screen.js';
import { createSettler } from '../evidence/settle.js';
import { knowsSerials } from '../evidence/traits.js';
import type { OrderRow } from '../ledger/schema.js';
import type { RunContext } from './context.js';
import type { RowEnd, Tally } from './events.js';
import type { Written } from './record-answer.js';
import {
  afterChange,
  allMaySend,
  hasRoom,
  mayTakeNew,
  type RunChange,
  startOfRun,
  stopAfter,
  stopForFailures,
  withAhead,
} from './run-state.js';
import { createSender } from './send-order.js';
import { tolerate } from './tolerate.js';

export interface RunEnd {
  /** Ends of rows in this run. */
  readonly tally: Tally;
  /** Orders placed by sends of this run. */
  readonly sent: number;
}

/** Lost answers that may wait at a time: senders hold on, so that memory and doubt stay bounded. */
const MOST_IN_DOUBT = 1_000;

/** Sends the rows of a run, settles what is lost, and stops if a rule says so. The truth is in the ledger. */
export async function runBatch(context: RunContext): Promise<RunEnd> {
  const { batch, runNo, settings, ledger, looker, gate, team, stop, emit } = context;
  const slots = pLimit({ concurrency: settings.concurrency, rejectOnClear: true });
  const send = createSender(context, slots);
  /** Rows that this run has sent and that have no end yet. */
  const unfinished = new Set<string>();
  const { queue } = team;
  /** Questions to the portal beside the orders: waited for at the end, but not by one who stops. */
  const asides: Promise<unknown>[] = [];
  let state = startOfRun(settings);
  let learnt = settings.withoutOrderList || knowsSerials(await looker.traits());
  let defect: unknown;
  const changed = createBell();

  const change = (event: RunChange): void => {
    state = afterChange(state, event);
    changed.ring();
  };

  const stopped = new Promise<void>((resolve) => {
    const onStop = (): void => {
      slots.clearQueue();
      changed.ring();
      resolve();
    };
    if (stop.signal.aborted) onStop();
    else stop.signal.addEventListener('abort', onStop, { once: true });
  });

  const fail = (error: unknown): void => {
    if (!(error instanceof Problem)) defect ??= error;
    stop.request({ kind: 'problem', problem: problemOf(error) });
    changed.ring();
  };

  const ended = (row: OrderRow, status: RowEnd, code?: string, orderNo?: string): void => {
    const { serial_number: serialNumber } = row;
    emit({ type: 'row-ended', serialNumber, status, code, orderNo });
    const before = state;
    change({ type: 'ended', status, ours: unfinished.delete(row.sn_key) });
    const reason = stopAfter(before, state, { serialNumber, status }, settings);
    if (reason !== undefined) stop.request(reason);
  };

  const settler = createSettler(context, {
    ended,
    released: (row) => {
      queue.released(row);
      changed.ring();
    },
    untilPortalAnswers: gate.unreachable,
  });
  settler.done.catch(fail);

  const learn = (orderNo: NonNullable<OrderRow['order_no']>): void => {
    if (learnt) return;
    learnt = true;
    change({ type: 'learning', goesOn: true });
    const looking = learnFromOrder(context, orderNo);
    asides.push(looking.catch(fail).finally(() => change({ type: 'learning', goesOn: false })));
  };

  const finish = async (row: OrderRow, result: Written | { kind: 'untouched' }): Promise<void> => {
    if (result.kind === 'untouched') {
      unfinished.delete(row.sn_key);
      change({ type: 'untouched' });
    }
    if (result.kind === 'lost') {
      const lost = await ledger.read.row(batch, row.sn_key);
      if (lost !== undefined) settler.watch(lost);
    }
    if (result.kind !== 'ended') return;
    // Before the row's end is known to the loop: the others wait for what is learnt.
    if (result.order !== undefined) learn(result.order.orderNo);
    ended(row, result.status, result.code, result.order?.orderNo);
  };

  const launch = (row: OrderRow): void => {
    change({ type: 'launched', again: unfinished.has(row.sn_key) });
    unfinished.add(row.sn_key);
    send(row)
      .finally(() => change({ type: 'request-over' }))
      .then(async (result) => finish(row, result.kind === 'answered' ? await result.written : result))
      .catch(fail)
      .finally(() => change({ type: 'written' }));
  };

  const lanesNow = (): number => withAhead(settings.concurrency, gate.ahead());

  /** The next row that may go now; `wait` when something has to end first. */
  const next = async (): Promise<OrderRow | 'wait' | 'none'> => {
    if (!hasRoom(state, settings, team.sendsAll ? lanesNow() : 0)) return (await isOver()) ? 'none' : 'wait';
    const alsoNew = mayTakeNew(state, settings) && settler.size() < MOST_IN_DOUBT;
    const row = await queue.next(alsoNew);
    if (row !== undefined) return row;
    return (await isOver()) ? 'none' : 'wait';
  };

  const isOver = async (): Promise<boolean> =>
    !state.learning && state.underWay === 0 && settler.size() === 0 && !(await team.othersAtWork());

  const endFollowing = await team.follow({
    lost: settler.watch,
    standing: (tally) => {
      change({ type: 'standing', tally });
      const reason = stopForFailures(state, settings);
      if (reason !== undefined) stop.request(reason);
    },
    failed: fail,
  });
  asides.push(askPending(context, runNo, stop.signal, queue.setAside).catch(tolerate(emit, fail)));

  let isOpen = false;
  while (!stop.signal.aborted) {
    if (!isOpen && allMaySend(state, settings)) {
      isOpen = true;
      await team.allMaySend();
    }
    const woken = changed.next();
    const row = await next();
    if (row === 'none') break;
    if (row === 'wait') {
      await woken;
      continue;
    }
    const screened = await screenRow(context, row);
    if (screened === 'send') launch(row);
    else ended(row, screened.status, screened.code);
  }
  // Whatever is in flight is answered and written before the run ends.
  while (state.underWay > 0) await changed.next();
  endFollowing();
  await Promise.race([Promise.all(asides), stopped]);
  // A look that is still under way must not change a row that is being counted.
  await settler.close();
  if (defect !== undefined) throw defect;
  return { tally: state.tally, sent: state.sent };
}
