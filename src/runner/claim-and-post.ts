import type { LimitFunction } from 'p-limit';
import type { Reference } from '../common/ids.js';
import type { OrderBody } from '../job/define.js';
import type { OrderRow } from '../ledger/schema.js';
import type { Outcome } from '../portal/outcome.js';
import type { RunContext } from './context.js';

/**
 * What came of letting an order leave. `stopped`: the run is stopping and nothing was written; `withdrawn`: the
 * intent is on disk, but the request did not leave: the intent is to be withdrawn.
 */
export type Leaving = { readonly outcome: Outcome; readonly startedAt: number } | 'stopped' | 'withdrawn';

export interface OrderToLeave {
  readonly key: { readonly batch: OrderRow['batch']; readonly snKey: OrderRow['sn_key'] };
  readonly reference: Reference | null;
  readonly body: OrderBody;
  /** Its intent was withdrawn before: this time it waits for its turn first. */
  readonly wasWithdrawn: boolean;
}

/** How long an intent may wait for a slot, ms: longer, and it would be stale. */
const LONGEST_AHEAD_MS = 1_000;

/**
 * Lets an order leave: its intent on disk, then its POST, in one of the slots. While nothing holds orders back
 * the intent is written before a slot is free, so that no slot waits for the disk; else after the order's turn
 * has come, so that none waits with an intent written.
 * @param slots so many requests are under way at a time; its queue is cleared when the run stops
 */
export function createLeaver(
  context: RunContext,
  slots: LimitFunction,
): (order: OrderToLeave) => Promise<Leaving> {
  const { runNo, settings, ledger, portal, pace, breaker, stop, clock, emit } = context;

  /** @returns by when the send has to be over, monotonic ms */
  const intend = async ({ key, reference }: OrderToLeave): Promise<number> => {
    const openForMs = LONGEST_AHEAD_MS + settings.timeoutMs;
    const over = clock.monotonic() + openForMs;
    await ledger.record({
      move: 'intend',
      ...key,
      runNo,
      reference,
      submittedAt: clock.now(),
      openUntil: ledger.time.now() + openForMs,
      lookBefore: ledger.mirror.lastLook(),
    });
    return over;
  };

  const post = async ({ body }: OrderToLeave, deadlineAt: number): Promise<Leaving> => {
    const startedAt = clock.monotonic();
    emit({ type: 'order-leaves' });
    return { outcome: await portal.placeOrder(body, deadlineAt), startedAt };
  };

  const inSlot = async (
    ifCleared: 'stopped' | 'withdrawn',
    work: () => Promise<Leaving>,
  ): Promise<Leaving> => {
    try {
      return await slots(work);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return ifCleared;
      throw error;
    }
  };

  const leaveAhead = async (order: OrderToLeave): Promise<Leaving> => {
    const overAt = await intend(order);
    return inSlot('withdrawn', async () => {
      const deadlineAt = clock.monotonic() + settings.timeoutMs;
      return deadlineAt > overAt || !pace.passNow() ? 'withdrawn' : post(order, deadlineAt);
    });
  };

  const leaveInTurn = (order: OrderToLeave): Promise<Leaving> =>
    inSlot('stopped', async () => {
      let overAt = 0;
      const prepare = async (): Promise<void> => {
        overAt = await intend(order);
      };
      const turn = await pace.passOrder(prepare);
      if (turn === 'stopped') return 'stopped';
      if (turn === 'ready') await prepare();
      const deadlineAt = clock.monotonic() + settings.timeoutMs;
      const mayLeave = turn !== 'withdrawn' && pace.isOpen() && !stop.signal.aborted;
      if (mayLeave && deadlineAt <= overAt) return post(order, deadlineAt);
      // The portal pushed back, or the run was stopped, while the intent was written.
      breaker.handBack();
      return 'withdrawn';
    });

  return async (order) => {
    if (stop.signal.aborted) return 'stopped';
    return !order.wasWithdrawn && pace.isFree() ? leaveAhead(order) : leaveInTurn(order);
  };
}
