/** An order of a row whose times are known: it came into being between the two, by our clock (epoch ms). */
export interface TimedOrder {
  /** By the orders' clock, epoch ms; it may be cut to whole seconds. */
  readonly createTime: number;
  readonly submittedAt: number;
  readonly finishedAt: number;
}

const WHOLE_SECOND_MS = 1_000;
/** The machines behind the portal's name need not agree to the second. */
const SLACK_MS = 2_000;
/** What is allowed for, whatever is known of the orders' clock: time zones, too. */
const ANY_CLOCK_MS = 24 * 3_600_000;

/**
 * How far the clock that orders are stamped with is ahead of ours at least, ms, from orders whose times we know.
 * That it is the clock of the `Date` header is nowhere documented. `undefined`: nothing to learn it from, or the
 * orders contradict each other.
 */
export function leastLead(orders: readonly TimedOrder[]): number | undefined {
  if (orders.length === 0) return undefined;
  const least = Math.max(...orders.map((order) => order.createTime - order.finishedAt));
  const most = Math.min(...orders.map((order) => order.createTime + WHOLE_SECOND_MS - order.submittedAt));
  return least <= most ? least : undefined;
}

/** From when on, by the orders' clock, an order can be the one sent then. */
export interface Window {
  readonly since: number;
  /** What is older than `since` and younger than this may be it: clocks step, drift and are cut to minutes. */
  readonly notBefore: number;
}

/**
 * @param sentAt by our clock, epoch ms
 * @param byDate the earliest that the portal's `Date` can have shown then
 */
export function windowOf(sentAt: number, lead: number | undefined, byDate: number): Window {
  const since = lead === undefined ? byDate : sentAt + lead - SLACK_MS;
  return { since, notBefore: Math.min(since, readBackTo(byDate)) };
}

/** How far back the list is read for an order that was sent then: references count whatever the clock. */
export const readBackTo = (byDate: number): number => byDate - ANY_CLOCK_MS;
