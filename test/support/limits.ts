/** How a portal counts requests: whether one more may pass at that moment, monotonic ms. */
export type Limiter = (now: number) => boolean;

/** Never more than so many in any one second. */
export function slidingSecond(perSecond: () => number): Limiter {
  let passed: number[] = [];
  return (now) => {
    passed = passed.filter((at) => at > now - 1000);
    if (passed.length >= perSecond()) return false;
    passed.push(now);
    return true;
  };
}

/** So many in each second of a clock whose seconds begin `phase` ms before ours. */
export function fixedSecond(perSecond: number, phase: number): Limiter {
  let second = -1;
  let passed = 0;
  return (now) => {
    const current = Math.floor((now + phase) / 1000);
    if (current !== second) passed = 0;
    second = current;
    return ++passed <= perSecond;
  };
}

/** A bucket of so many tokens that is filled again at the limit's rate. */
export function tokenBucket(perSecond: number, size: number): Limiter {
  let tokens = size;
  let filledAt = 0;
  return (now) => {
    tokens = Math.min(size, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

/**
 * nginx' `limit_req`: milliseconds, the excess in thousandths of a request, and no burst unless one is allowed.
 * Without one it is a strict distance between two requests that pass.
 */
export function limitReq(perSecond: number, burst = 0): Limiter {
  let excess = 0;
  let last = Number.NEGATIVE_INFINITY;
  return (now) => {
    const at = Math.floor(now);
    const next = last < 0 ? 0 : Math.max(0, excess - perSecond * (at - last) + 1000);
    if (next > burst * 1000) return false;
    excess = next;
    last = at;
    return true;
  };
}
