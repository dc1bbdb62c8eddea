import ms from 'ms';
import { z } from 'zod';
import { type Moment, readMoment } from '../common/moment.js';
import { readNamed } from '../input/column-names.js';
import { knownEncoding } from '../input/encoding.js';
import { isSafeTarget } from '../output/notify.js';

/** What can be said as an option: each kind reads the text that a person typed, and says what is wrong with it. */

export const flag = z.boolean();
export const text = z.string().trim().min(1, 'is empty');
export const texts = z.array(z.string());

const durationOf = (value: string): number | undefined => {
  const parsed = /^\s*\d+(\.\d+)?\s*(ms|s|m|h|d)\s*$/i.test(value)
    ? ms(value.trim() as ms.StringValue)
    : undefined;
  return parsed !== undefined && parsed <= 2_000_000_000 * 2 ? parsed : undefined;
};

/** A duration as people write it: `500ms`, `30s`, `5m`, `2h`, `30d`. In milliseconds. */
export const duration = z.string().transform((value, context) => {
  const parsed = durationOf(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'is not a duration; use 500ms, 30s or 5m' });
  return z.NEVER;
});

/** A timer set for longer would end at once. */
const LONGEST_TIMER = 2_147_483_647;

/** How long a request may take: more than nothing, and no longer than a timer can be set. */
export const timeLimit = duration
  .refine((value) => value > 0, 'must be greater than 0')
  .refine((value) => value <= LONGEST_TIMER, 'is longer than 24 days, the longest time limit');

/** A duration from now on, or a time. */
export const moment = z.string().transform((value, context): Moment => {
  const ms = durationOf(value);
  const parsed = ms === undefined ? readMoment(value) : { kind: 'in' as const, ms };
  if (parsed !== undefined) return parsed;
  const message = 'is neither a time nor a duration; use 22:00, 2026-06-30T22:00 or 90m';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** A whole number. */
export const count = (least: number, most = 1_000_000_000) =>
  z.string().transform((value, context) => {
    const parsed = /^\s*\d{1,10}\s*$/.test(value) ? Number(value) : Number.NaN;
    if (parsed >= least && parsed <= most) return parsed;
    context.addIssue({ code: 'custom', message: `is not a whole number of ${least} or more` });
    return z.NEVER;
  });

/** A sum of money, as a decimal number: it never becomes a JavaScript number. */
export const money = z.string().transform((value, context) => {
  if (/^\s*\d{1,15}(\.\d{1,8})?\s*$/.test(value)) return value.trim();
  context.addIssue({ code: 'custom', message: 'is not an amount; use 1500 or 1500.50' });
  return z.NEVER;
});

/** So many rows, or such a part of them. */
export const countOrPercentage = z.string().transform((value, context) => {
  const match = /^\s*(\d{1,9}(?:\.\d+)?)\s*(%?)\s*$/.exec(value);
  const amount = Number(match?.[1]);
  if (match?.[2] === '%' && amount <= 100) return { percent: amount };
  if (match?.[2] === '' && Number.isInteger(amount)) return { count: amount };
  context.addIssue({ code: 'custom', message: 'is neither a number of rows (5) nor a percentage (25%)' });
  return z.NEVER;
});

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `is not one of ${values.join(', ')}` });

/** The WHATWG name of an encoding; `auto` is none. */
export const encoding = z.string().transform((value, context) => {
  if (value.trim().toLowerCase() === 'auto') return undefined;
  const name = knownEncoding(value);
  if (name !== undefined) return name;
  context.addIssue({
    code: 'custom',
    message:
      'is not an encoding; use auto, or a name such as windows-1252, windows-1250, macintosh or shift_jis',
  });
  return z.NEVER;
});

/** What columns are called in the file: `sn=Seriennummer`. */
export const columnNames = z.array(z.string()).transform((values, context) => {
  const named = values.map(readNamed);
  const wrong = named.indexOf(undefined);
  if (wrong === -1) return named.flatMap((some) => some ?? []);
  context.addIssue({ code: 'custom', message: 'does not name a column; use sn=Seriennummer' });
  return z.NEVER;
});

/** Where a message may be posted. */
export const safeAddress = text.refine(isSafeTarget, 'is not an address that begins with https://');
