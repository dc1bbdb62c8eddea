/** A point in time as a person types it: so long from now, a time of the day, or a date with a time. */
export type Moment =
  | { readonly kind: 'in'; readonly ms: number }
  | { readonly kind: 'time'; readonly hours: number; readonly minutes: number }
  | { readonly kind: 'date'; readonly at: number };

/**
 * Reads `22:00` or `2026-06-30T22:00`, in local time unless the date names its offset (`Z`, `+02:00`).
 * @returns `undefined` for anything else; durations are read elsewhere
 */
export function readMoment(text: string): Moment | undefined {
  const typed = text.trim();
  const time = /^(\d{1,2}):(\d{2})$/.exec(typed);
  if (time !== null) {
    const [hours, minutes] = [Number(time[1]), Number(time[2])];
    return hours < 24 && minutes < 60 ? { kind: 'time', hours, minutes } : undefined;
  }
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/i.test(typed)) return undefined;
  const at = new Date(typed.toUpperCase().replace(' ', 'T')).getTime();
  return Number.isNaN(at) ? undefined : { kind: 'date', at };
}

/** When that is, epoch ms. A time of the day is the next one. Pure, but for the local time zone. */
export function momentAt(moment: Moment, now: number): number {
  if (moment.kind === 'in') return now + moment.ms;
  if (moment.kind === 'date') return moment.at;
  const next = new Date(now);
  next.setHours(moment.hours, moment.minutes, 0, 0);
  if (next.getTime() <= now) {
    next.setDate(next.getDate() + 1);
    // On a day when the clocks change, the hour may have moved with the date.
    next.setHours(moment.hours, moment.minutes, 0, 0);
  }
  return next.getTime();
}

/** In local time, as `2026-06-30 22:00`. */
export function sayMoment(at: number): string {
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
