import { isLosslessNumber } from 'lossless-json';

/** ISO 8601 to the minute or finer, with a `T`, or with a zone, or with both. */
const ISO =
  /^(?<date>\d{4}-\d{2}-\d{2})(?:T|(?= .*(?:Z|[+-]\d{2}:?\d{2})$) )(?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(?<zone>Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A time as the portal writes it, in epoch ms: epoch milliseconds (developer guide); epoch seconds and ISO 8601
 * are tolerated. Without a zone it is taken for UTC, whatever machine this is. Everything else is not a time: a
 * format that is guessed, such as `05/11/2026`, can be half a year wrong.
 */
export function readTime(value: unknown): number | undefined {
  const text = isLosslessNumber(value) ? value.toString() : typeof value === 'string' ? value.trim() : '';
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{12,13}$/.test(text)) return Number(text);
  const { date, time, zone } = ISO.exec(text)?.groups ?? {};
  if (date === undefined || time === undefined) return undefined;
  const asUtc = Date.parse(`${date}T${time}Z`);
  // A 30th of February would become the 2nd of March.
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(date)) return undefined;
  const offset = zone === undefined ? 'Z' : zone.toUpperCase().replace(/^(...)(\d\d)$/, '$1:$2');
  const instant = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(instant) ? undefined : instant;
}
