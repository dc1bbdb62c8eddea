import type { LimitFunction } from 'p-limit';
import type { Reference } from '../common/ids.js';
import type { OrderBody } from '../job/define.js';
import type { OrderRow } from '../ledger/schema.js';
import type { Outcome } from '../portal/outcome.js';
import type { RunContext } from './context.js';

/**
 * What came of letting an order leave. `stopped`: the run is stopping and nothing was written; `held`: the
 * intent is on disk, but the request did not leave: the intent is to be withdrawn.
 */
export type Leaving = { readonly outcome: Outcome; readonly startedAt: number } | 'stopped' | 'held';

export interface OrderToLeave {
  readonly key: { readonly batch: OrderRow['batch']; readonly snKey: OrderRow['sn_key'] };
  readonly reference: Reference | null;
  readonly body: OrderBody;
  /** Its intent was held before: this time it waits for its turn first. */
  readonly wasHeld: boolean;
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

  const intend = async ({ key, reference }: OrderToLeave, openUntil: number): Promise<void> => {
    const submittedAt = clock.now();
    await ledger.record({ move: 'intend', ...key, runNo, reference, submittedAt, openUntil });
  };

  const post = async ({ body }: OrderToLeave, deadlineAt: number): Promise<Leaving> => {
    const startedAt = clock.monotonic();
    emit({ type: 'order-leaves' });
    return { outcome: await portal.placeOrder(body, deadlineAt), startedAt };
  };

  const inSlot = async (ifCleared: 'stopped' | 'held', work: () => Promise<Leaving>): Promise<Leaving> => {
    try {
      return await slots(work);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return ifCleared;
      throw error;
    }
  };

  const leaveAhead = async (order: OrderToLeave): Promise<Leaving> => {
    const openUntil = clock.now() + LONGEST_AHEAD_MS + settings.timeoutMs;
    await intend(order, openUntil);
    return inSlot('held', async () => {
      const deadlineAt = clock.now() + settings.timeoutMs;
      return deadlineAt > openUntil || !pace.passNow() ? 'held' : post(order, deadlineAt);
    });
  };

  const leaveInTurn = (order: OrderToLeave): Promise<Leaving> =>
    inSlot('stopped', async () => {
      let openUntil = 0;
      const prepare = (): Promise<void> => {
        openUntil = clock.now() + LONGEST_AHEAD_MS + settings.timeoutMs;
        return intend(order, openUntil);
      };
      const turn = await pace.passOrder(prepare);
      if (turn === 'stopped') return 'stopped';
      if (turn === 'ready') await prepare();
      const deadlineAt = clock.now() + settings.timeoutMs;
      const mayLeave = turn !== 'held' && pace.isOpen() && !stop.signal.aborted;
      if (mayLeave && deadlineAt <= openUntil) return post(order, deadlineAt);
      // The portal pushed back, or the run was stopped, while the intent was written.
      breaker.handBack();
      return 'held';
    });

  return async (order) => {
    if (stop.signal.aborted) return 'stopped';
    return !order.wasHeld && pace.isFree() ? leaveAhead(order) : leaveInTurn(order);
  };
}
