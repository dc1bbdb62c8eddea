import { stripVTControlCharacters } from 'node:util';

/** Control characters, line separators, and marks that turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from outside on one line and as a terminal may show it: without escape sequences, which could rewrite the
 * screen, without other control characters (a space stands in their place), and without marks that turn the direction
 * of writing. Pure.
 */
export function plainText(text: string): string {
  if (!UNPRINTABLE.test(text)) return text;
  return stripVTControlCharacters(text).replace(CONTROLS, ' ').replace(DIRECTIONS, '');
}
