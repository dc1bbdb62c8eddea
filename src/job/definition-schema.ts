import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { BILLING_CYCLES } from '../common/billing-cycle.js';
import { Problem } from '../common/errors.js';
import type { JobDefinition } from './define.js';
import { OPERATIONS } from './operations.js';

/** The most that a `multiCycle` can be: beyond that it is a slip. */
const MOST_CYCLES = 99;

const range = z
  .tuple(
    [
      z
        .int({ error: 'is not a whole number' })
        .min(0, 'is below 0')
        .max(MOST_CYCLES, `is above ${MOST_CYCLES}`),
      z
        .int({ error: 'is not a whole number' })
        .min(0, 'is below 0')
        .max(MOST_CYCLES, `is above ${MOST_CYCLES}`),
    ],
    { error: 'is not the least and the most multiCycle; use [1, 5], or [0, 0] for monthly' },
  )
  .refine(([least, most]) => least <= most, 'has the greater number first');

const days = z
  .number({ error: 'is not a number of days' })
  .positive('is not above 0; leave it out if an order is never to be repeated');

const cycles = z
  .strictObject(
    { annually: range.exactOptional(), monthly: range.exactOptional() },
    { error: 'is missing, or is not an object; use { annually: [1, 5] }' },
  )
  .refine((value) => Object.keys(value).length > 0, `names no cycle; use ${BILLING_CYCLES.join(' or ')}`);

const fields = {
  name: z
    .string({ error: 'is missing; use a name such as renew-my-plan' })
    .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'is not a name; use lower-case letters, digits and hyphens'),
  summary: z.string({ error: 'is missing; say in a few words what the job does' }).trim().min(1, 'is empty'),
  productId: z
    .int({ error: "is missing, or is not a product's number; use 9, 11, 12 or 13" })
    .positive("is not a product's number; use 9, 11, 12 or 13"),
  operation: z.enum(OPERATIONS, { error: `is not an operation; use ${OPERATIONS.join(', ')}` }),
  cycles,
  fixedCycle: z.string({ error: 'is not a sentence' }).trim().min(1, 'is empty').exactOptional(),
  repeatsAfterDays: z
    .strictObject(
      { annually: days.exactOptional(), monthly: days.exactOptional() },
      { error: 'is not an object; use { annually: 300, monthly: 20 }' },
    )
    .exactOptional(),
};
const schema = z.strictObject(fields);

/**
 * Checks a definition of the user's own. Throws a `Problem` that names all that is wrong with it.
 * @param file for the message
 */
export function readDefinition(value: unknown, file: string): JobDefinition {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(file, ['it exports no definition']);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(file, parsed.error.issues.flatMap(sayIssue));
}

function sayIssue(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [`${place} ${issue.message}`];
  const known = issue.path.length === 0 ? Object.keys(fields) : [...BILLING_CYCLES];
  return issue.keys.map((key) => {
    const name = [...issue.path, key].map(String).join('.');
    return `${name} is not a field; did you mean ${closest(key, known)}? There are ${known.join(', ')}`;
  });
}

const malformed = (file: string, wrong: readonly string[]): Problem =>
  new Problem('malformed_job', `The job in ${file} cannot be used: ${wrong.join('; ')}.`, {
    remedy: 'Write `export default { … }` as docs/jobs.md shows it.',
  });
