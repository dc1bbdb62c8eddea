/** Width of the labels' column, with the space after it. */
export const LABELS = 9;

/** Labels as wide as their column: one space follows them, as it follows any word. */
export const WIDE_LABELS = ['In doubt', 'Failures'];

/** A label and what belongs to it, each line below the one before: what people read is set like a form. */
export const labelled = (label: string, ...lines: readonly string[]): string =>
  lines.map((line, at) => `${(at === 0 ? label : '').padEnd(LABELS)}${line}`.trimEnd()).join('\n');

/** A number with its noun: `1 order`, `2 orders`. */
export const counted = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;
