import { resolve } from 'node:path';
import type { Call, Ending } from '../cli/call.js';
import { assertWritable, writeWhole } from '../output/atomic-file.js';
import { readableWidth } from '../output/fit.js';
import { counted } from '../output/labelled.js';
import { plainCsv } from '../output/plain-csv.js';
import { textTable } from '../output/table.js';

export type ListOption = 'out' | 'json';

/** Something that the portal lists, for people and for scripts. */
export interface Listed {
  readonly noun: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** For scripts. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Said if there are no rows. */
  readonly none: string;
  /** The most rows that are shown; all of them are in the CSV and the JSON. Absent: all. */
  readonly shown?: number;
  /** Columns that the CSV has beside, each with the same cell in every row: after the first one. */
  readonly blank?: readonly string[];
}

/** A table on stdout, or with --out a CSV. */
export async function sayList(
  { options, cwd }: Pick<Call<ListOption>, 'options' | 'cwd'>,
  list: Listed,
): Promise<Ending> {
  const { head, rows, json, none, noun } = list;
  if (options.out !== undefined) {
    const out = resolve(cwd, options.out);
    await assertWritable(out, '--out');
    await writeWhole(out, csvOf(list));
    return { exitCode: 0, json: { ...json, out }, text: `${counted(rows.length, noun)} in ${out}` };
  }
  if (rows.length === 0) return { exitCode: 0, json, text: none };
  const { shown = rows.length } = list;
  const { lines, hidden } = textTable(head, rows.slice(0, shown), readableWidth(process.stdout.columns));
  const left = [
    ...(rows.length > shown ? [`${rows.length - shown} more rows`] : []),
    ...(hidden > 0 ? [counted(hidden, 'more column')] : []),
  ];
  const more = left.length === 0 ? [] : [`… and ${left.join(' and ')}: see all with --out <file> or --json`];
  return { exitCode: 0, json, text: [...lines, ...more].join('\n') };
}

function csvOf({ head, rows, blank = [] }: Listed): AsyncGenerator<string> {
  const behindFirst = ([first = '', ...rest]: readonly string[], filling: readonly string[]): string[] => [
    first,
    ...filling,
    ...rest,
  ];
  const empty = blank.map(() => '');
  return plainCsv(
    behindFirst(head, blank),
    rows.map((row) => behindFirst(row, empty)),
  );
}
