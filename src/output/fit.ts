import wrapAnsi from 'wrap-ansi';
import { LABELS, WIDE_LABELS } from './labelled.js';

/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST = 100;

/** The columns to write in: the terminal's, but no more than are easy to read. */
export const readableWidth = (columns: number | undefined): number => Math.min(WIDEST, columns || 80);

/**
 * Breaks lines that are too long between words; what goes on is indented as its line is. A word that is longer than a
 * line, such as a path, stays whole. Pure.
 * @param whole lines that are never broken, such as commands to copy
 */
export function fitText(text: string, columns: number, whole: ReadonlySet<string> = new Set()): string {
  return text
    .split('\n')
    .map((line) => (line.length <= columns || whole.has(line.trim()) ? line : broken(line, columns)))
    .join('\n');
}

function broken(line: string, columns: number): string {
  const hang = hangOf(line);
  const start = /^[A-Z]/.test(line) ? hang : line.length - line.trimStart().length;
  const head = line.slice(0, start);
  const [first = '', ...rest] = wrapAnsi(line.slice(start), columns - hang).split('\n');
  return [head + first, ...rest.map((words) => ' '.repeat(hang) + words)].join('\n');
}

/** Where a line goes on: below what a label stands before, else a little to the right of its own beginning. */
function hangOf(line: string): number {
  const start = line.slice(0, LABELS);
  if (/^[A-Z][a-z]* {2,}$/.test(start) || WIDE_LABELS.some((label) => start === `${label} `)) return LABELS;
  const spaces = line.length - line.trimStart().length;
  return spaces === 0 || spaces >= LABELS ? spaces : spaces + 2;
}
