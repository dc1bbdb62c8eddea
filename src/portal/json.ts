import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';
import { z } from 'zod';
import { plainText } from '../common/plain-text.js';

/** A 64-bit id on its way out: stringified as a bare JSON number, digit for digit. */
export const bareNumber = (digits: string): LosslessNumber => new LosslessNumber(digits);

/** JSON text with exact integers. */
export function toJson(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError('only a JSON value can be sent');
  return text;
}

/** Parses JSON with every number kept as its digits; `undefined` for anything that is not JSON. */
export function fromJson(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Also a body nested so deep that the parser runs out of stack: foreign, like any other junk.
    return undefined;
  }
}

/** What the portal may write where text is meant: a string, without control characters, or a bare number digit for digit. */
export const text = z.unknown().transform((value, context) => {
  if (typeof value === 'string') return plainText(value);
  if (isLosslessNumber(value)) return value.toString();
  context.addIssue({ code: 'custom', message: 'neither text nor a number' });
  return z.NEVER;
});

/** Text that may be missing, null or of a foreign type: then it is absent, which is never an error. */
export const optionalText = z
  .unknown()
  .transform((value): string | undefined => {
    if (typeof value === 'string') return value.trim() === '' ? undefined : plainText(value);
    return isLosslessNumber(value) ? value.toString() : undefined;
  })
  .optional();

/** A small whole number (a count, a page, epoch milliseconds), written bare or as a string; else absent. */
export const optionalInteger = z
  .unknown()
  .transform((value): number | undefined => {
    const digits = typeof value === 'string' ? value.trim() : isLosslessNumber(value) ? value.toString() : '';
    return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  })
  .optional();
