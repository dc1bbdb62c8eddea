const BASE_MS = 500;
const CAP_MS = 30_000;

/**
 * Exponential backoff with full jitter: anywhere between nothing and the step, so that senders that failed
 * together do not come back together.
 * @param attempt 1 for the first wait
 * @param random from 0 up to 1
 * @returns milliseconds
 */
export function backoff(attempt: number, random: number): number {
  return Math.round(random * Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, attempt - 1)));
}
