/** A line of the table: a figure over all pairs, with what it is held against. */
export interface Line {
  readonly what: string;
  readonly values: readonly number[];
  readonly unit: string;
  readonly target: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const shown = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString('en')
    : value >= 100
      ? value.toFixed(0)
      : value >= 1
        ? value.toFixed(2)
        : value.toFixed(3);

/** A line as a row of a Markdown table: median, minimum, maximum. */
export function tableRow({ what, values, unit, target }: Line): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const cells = [what, `${shown(median(values))} ${unit}`.trim(), shown(low), shown(high), target];
  return `| ${cells.join(' | ')} |`;
}

export const TABLE_HEAD = '| what | median | min | max | target |\n| --- | ---: | ---: | ---: | --- |';
