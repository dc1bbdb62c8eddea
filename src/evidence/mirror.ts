import type { Clock } from '../common/clock.js';
import type { OrderNo } from '../common/ids.js';
import type { ListedOrder } from '../portal/order-list.js';

/** When the portal's list showed an order first: what was there before a send is not what came of it. */
export interface FirstSeen {
  /** Notes a look that is over. */
  readonly note: (orders: readonly ListedOrder[], complete: boolean) => void;
  readonly wasThereBefore: (orderNo: OrderNo, sentAt: number) => boolean;
  /** Whether the whole list had been looked through before that time, our clock, epoch ms. */
  readonly lookedBefore: (sentAt: number) => boolean;
}

/** Our clock may be set back in mid-run; more than this is no drift. */
const STEP_MS = 100;

export function createFirstSeen(clock: Clock): FirstSeen {
  const seenAt = new Map<OrderNo, number>();
  const offset = clock.now() - clock.monotonic();
  let completeAt = Number.POSITIVE_INFINITY;
  // Times from before and after a step cannot be compared: then nothing is ruled out by them.
  const comparable = (): boolean => Math.abs(clock.now() - clock.monotonic() - offset) < STEP_MS;
  return {
    note: (orders, complete) => {
      const now = clock.now();
      for (const { orderNo } of orders) if (!seenAt.has(orderNo)) seenAt.set(orderNo, now);
      if (complete) completeAt = Math.min(completeAt, now);
    },
    wasThereBefore: (orderNo, sentAt) =>
      comparable() && (seenAt.get(orderNo) ?? Number.POSITIVE_INFINITY) < sentAt,
    lookedBefore: (sentAt) => comparable() && completeAt < sentAt,
  };
}
