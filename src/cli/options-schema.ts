import ms from 'ms';
import { z } from 'zod';
import { readNamed } from '../input/column-names.js';
import { knownEncoding } from '../input/encoding.js';
import { isSafeTarget } from '../output/notify.js';
import type { RunOption } from './options.js';

/** A duration as people write it: `500ms`, `30s`, `5m`, `2h`, `30d`. In milliseconds. */
const duration = z.string().transform((value, context) => {
  const parsed = /^\s*\d+(\.\d+)?\s*(ms|s|m|h|d)\s*$/i.test(value)
    ? ms(value.trim() as ms.StringValue)
    : undefined;
  if (parsed !== undefined && parsed <= 2_000_000_000 * 2) return parsed;
  context.addIssue({ code: 'custom', message: 'is no duration: write 500ms, 30s or 5m' });
  return z.NEVER;
});

/** A timer set for longer would end at once. */
const LONGEST_TIMER = 2_147_483_647;

const count = (least: number, most = 1_000_000_000) =>
  z.string().transform((value, context) => {
    const parsed = /^\s*\d{1,10}\s*$/.test(value) ? Number(value) : Number.NaN;
    if (parsed >= least && parsed <= most) return parsed;
    context.addIssue({ code: 'custom', message: `is no whole number of ${least} or more` });
    return z.NEVER;
  });

const failures = z.string().transform((value, context) => {
  const match = /^\s*(\d{1,9}(?:\.\d+)?)\s*(%?)\s*$/.exec(value);
  const amount = Number(match?.[1]);
  if (match?.[2] === '%' && amount <= 100) return { percent: amount };
  if (match?.[2] === '' && Number.isInteger(amount)) return { count: amount };
  context.addIssue({ code: 'custom', message: 'is neither a number of rows (5) nor a percentage (25%)' });
  return z.NEVER;
});

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `is none of ${values.join(', ')}` });

/** The WHATWG name of an encoding; `auto` is none. */
const encoding = z.string().transform((value, context) => {
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
const columns = z.array(z.string()).transform((values, context) => {
  const named = values.map(readNamed);
  const wrong = named.indexOf(undefined);
  if (wrong === -1) return named.flatMap((some) => some ?? []);
  context.addIssue({ code: 'custom', message: 'is not a column and its name; use sn=Seriennummer' });
  return z.NEVER;
});

const flag = z.boolean();
const filled = z.string().trim().min(1, 'is empty');

/** What the options of `run` mean, each from the text that a person typed. */
export const runOptionsSchema = z.object({
  job: filled,
  batch: filled.max(100, 'is longer than 100 characters').optional(),
  out: filled.optional(),
  failures: filled.optional(),
  ledger: filled,
  'lock-wait': duration,
  column: columns,
  encoding,
  'billing-contact': filled.optional(),
  'skip-invalid': flag,
  'allow-repeat': flag,
  'no-reference': flag,
  limit: count(0).optional(),
  concurrency: count(1, 1000),
  rate: count(1).optional(),
  timeout: duration
    .refine((value) => value > 0, 'is no time at all')
    .refine((value) => value <= LONGEST_TIMER, 'is longer than a request can be timed (24 days)'),
  'max-attempts': count(1),
  settle: duration,
  'on-doubt': oneOf(['resend', 'hold']),
  'give-up-after': duration,
  canary: count(0),
  'max-failures': failures,
  'dry-run': flag,
  plan: filled.optional(),
  'recent-orders': oneOf(['refuse', 'adopt', 'repeat']),
  lookback: duration,
  'without-order-list': flag,
  yes: flag,
  report: filled.optional(),
  'metrics-file': filled.optional(),
  notify: filled.refine(isSafeTarget, 'is no address beginning with https://').optional(),
  json: flag,
  'log-file': filled.optional(),
  'log-level': oneOf(['trace', 'debug', 'info', 'warn', 'error']),
  'env-file': filled.optional(),
  sandbox: flag,
  fault: z.array(z.string()),
  portal: z.array(z.string()),
} satisfies Record<RunOption, z.ZodType>);

export type RunOptions = z.infer<typeof runOptionsSchema>;
