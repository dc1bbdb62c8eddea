import type { LimitFunction } from 'p-limit';
import type { Reference } from '../common/ids.js';
import type { OrderBody } from '../job/define.js';
import type { OrderRow } from '../ledger/schema.js';
import type { Outcome } from '../portal/outcome.js';
import type { RunContext } from './context.js';
import { signOf } from './sign-of.js';

/**
 * What came of letting an order leave. `stopped`: the run is stopping and nothing was written; `withdrawn`: the
 * intent is on disk, but the request did not leave: the intent is to be withdrawn.
 */
export type Leaving = { readonly outcome: Outcome; readonly startedAt: number } | 'stopped' | 'withdrawn';

export interface OrderToLeave {
  readonly key: { readonly batch: OrderRow['batch']; readonly snKey: OrderRow['sn_key'] };
  readonly reference: Reference | null;
  readonly body: OrderBody;
}

/** How long an intent may wait for its send, ms: longer, and it would be stale. */
const LONGEST_AHEAD_MS = 1_000;

/**
 * Lets an order leave in one of the slots: its turn, its intent on disk, its POST. If its turn takes a while the intent
 * is written meanwhile.
 * @param slots so many requests are under way at a time; its queue is cleared when the run stops
 */
export function createLeaver(
  context: RunContext,
  slots: LimitFunction,
): (order: OrderToLeave) => Promise<Leaving> {
  const { runNo, settings, ledger, portal, gate, stop, clock, emit } = context;

  /** @returns by when the send has to be over, monotonic ms */
  const intend = async ({ key, reference }: OrderToLeave): Promise<number> => {
    const openForMs = LONGEST_AHEAD_MS + settings.timeoutMs;
    const overAt = clock.monotonic() + openForMs;
    await ledger.record({
      move: 'intend',
      ...key,
      runNo,
      reference,
      submittedAt: clock.now(),
      openUntil: ledger.time.now() + openForMs,
      lookBefore: ledger.mirror.lastLook(),
    });
    return overAt;
  };

  const leave = async (order: OrderToLeave): Promise<Leaving> => {
    let overAt = 0;
    const prepare = async (): Promise<void> => {
      overAt = await intend(order);
    };
    const turn = await gate.order(prepare);
    if (turn.kind !== 'go') return turn.kind;
    const { departure } = turn;
    try {
      if (!turn.prepared) await prepare();
    } catch (error) {
      departure.ended({ kind: 'unsent' });
      throw error;
    }
    const deadlineAt = clock.monotonic() + settings.timeoutMs;
    // While the intent was written the portal may have pushed back, or the run was stopped.
    if (!gate.isOpen() || stop.signal.aborted || deadlineAt > overAt) {
      departure.ended({ kind: 'unsent' });
      return 'withdrawn';
    }
    const startedAt = clock.monotonic();
    emit({ type: 'order-leaves' });
    const outcome = await portal.placeOrder(order.body, deadlineAt, departure.leaves);
    departure.ended(signOf(outcome, stop.signal.aborted));
    return { outcome, startedAt };
  };

  return async (order) => {
    if (stop.signal.aborted) return 'stopped';
    try {
      return await slots(() => leave(order));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return 'stopped';
      throw error;
    }
  };
}
