import ms from 'ms';
import type { CountForm } from './portal-shape.js';

/** What the values of `--portal` can be; undefined: not understood. */

/** How a number of the list is given: `honest`, `lie:+3` or `cached:5s`. */
export function countForm(value: string): CountForm | undefined {
  const plain = (['honest', 'page', 'absent'] as const).find((known) => known === value);
  if (plain !== undefined) return plain;
  const lie = /^lie:([+-]\d{1,6})$/.exec(value)?.[1];
  if (lie !== undefined) return { offBy: Number(lie) };
  const cachedMs = durationOf(/^cached:(.+)$/.exec(value)?.[1]);
  return cachedMs === undefined || cachedMs < 0 ? undefined : { cachedMs };
}

/** A whole number. */
export const wholeOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined;

/** A span of time in ms, also one that lies in the past: `-30s`. */
export function durationOf(text: string | undefined): number | undefined {
  const parts = /^([+-]?)(\d+(?:\.\d+)?(?:ms|s|m|h|d))$/.exec(text?.trim() ?? '');
  return parts === null ? undefined : ms(parts[2] as ms.StringValue) * (parts[1] === '-' ? -1 : 1);
}

/** A share from 0 to 1, as `30%` or `0.3`. */
export function shareOf(text: string | undefined): number | undefined {
  const percentage = /^(\d+(?:\.\d+)?)\s*%$/.exec(text ?? '')?.[1];
  const value =
    percentage === undefined
      ? Number(/^(\d*\.?\d+)$/.exec(text ?? '')?.[1] ?? Number.NaN)
      : Number(percentage) / 100;
  return value >= 0 && value <= 1 ? value : undefined;
}
