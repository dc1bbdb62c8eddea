import pLimit from 'p-limit';
import { createBell } from '../common/bell.js';
import { Problem, problemOf } from '../common/errors.js';
import { screenRow } from '../evidence/screen.js';
import type { OrderRow } from '../ledger/schema.js';
import type { SendContext } from './context.js';
import { withAhead } from './run-state.js';
import { createSender } from './send-order.js';

/** How many rows may be under way in this process at the moment. */
export interface Lanes {
  readonly count: () => number;
  /** Resolves when that changes. */
  readonly changed: () => Promise<void>;
}

/** Between two questions for rows if none waits, ms: one that is released or given back comes soon enough. */
const IDLE_MS = 300;

/**
 * Sends rows of a run beside others who do the same, until it is stopped. Lost answers and the rules that stop a run
 * are the coordinator's.
 */
export async function runLanes(context: SendContext, lanes: Lanes): Promise<void> {
  const { gate, team, stop, clock, emit } = context;
  const slots = pLimit({ concurrency: 1, rejectOnClear: true });
  const send = createSender(context, slots);
  const changed = createBell();
  let inFlight = 0;
  let underWay = 0;
  let defect: unknown;
  const onStop = (): void => {
    slots.clearQueue();
    changed.ring();
  };
  stop.signal.addEventListener('abort', onStop, { once: true });

  const fail = (error: unknown): void => {
    if (!(error instanceof Problem)) defect ??= error;
    stop.request({ kind: 'problem', problem: problemOf(error) });
  };

  const launch = (row: OrderRow): void => {
    inFlight++;
    underWay++;
    send(row)
      .finally(() => {
        inFlight--;
        changed.ring();
      })
      .then(async (result) => {
        const { serial_number: serialNumber } = row;
        const written = result.kind === 'answered' ? await result.written : result;
        if (written.kind !== 'ended') return;
        const { status, code, order } = written;
        emit({ type: 'row-ended', serialNumber, status, code, orderNo: order?.orderNo });
      })
      .catch(fail)
      .finally(() => {
        underWay--;
        changed.ring();
      });
  };

  try {
    while (!stop.signal.aborted) {
      const woken = changed.next();
      slots.concurrency = Math.max(1, lanes.count());
      if (inFlight >= withAhead(lanes.count(), gate.ahead())) {
        await Promise.race([woken, lanes.changed()]);
        continue;
      }
      const row = await team.queue.next(true);
      if (row === undefined) {
        await clock.sleep(IDLE_MS, stop.signal);
        continue;
      }
      if ((await screenRow(context, row)) === 'send') launch(row);
    }
  } catch (error) {
    fail(error);
  }
  while (underWay > 0) await changed.next();
  if (defect !== undefined) throw defect;
}
