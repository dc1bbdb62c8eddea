/** A portal that asks for more than this is asked again by then: a bad header must not stall a batch. */
const LONGEST_MS = 10 * 60_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds; `undefined` if it says nothing usable: 0 and a date
 * that has passed would have the request sent again at once, over and over. Both forms of RFC 9110 are read: seconds
 * and a date.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const value = header?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return bounded(Math.ceil(Number(value) * 1000));
  const date = /[a-z].*\d{1,2}:\d{2}|^\d{4}-\d{2}-\d{2}T/i.test(value) ? Date.parse(value) : Number.NaN;
  return bounded(date - now);
}

const bounded = (ms: number): number | undefined => (ms > 0 ? Math.min(LONGEST_MS, ms) : undefined);
