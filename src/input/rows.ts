import type { Finding } from '../common/finding.js';
import { quoted, trimCell, undefuse, visible } from './cell.js';
import type { Layout, UsedColumn } from './header.js';
import type { InputRow } from './input-file.js';

const NO_FINDINGS: readonly Finding[] = Object.freeze([]);

/** Makes a checked row of one record; undefined for one that is wholly empty. */
export type RowMaker = (record: readonly string[], position: number, line: number) => InputRow | undefined;

/** The row maker for files of this layout. Runs once for each row of the file: no closures inside. */
export function rowMaker(layout: Layout): RowMaker {
  const { width, carried, used, groups } = layout;
  return (record, position, line) => {
    const filled = lastFilled(record) + 1;
    if (filled === 0) return undefined;

    const findings: Finding[] = [];
    if (filled > width) findings.push(tooManyFields(line, filled, width));

    const cells: string[] = [];
    for (const index of carried) cells.push(undefuse(record[index] ?? ''));

    if (isHeaderAgain(record, used))
      return { position, line, cells, values: {}, findings: [headerAgain(line)] };

    const values: Record<string, string> = {};
    const empty: boolean[] = [];
    for (const one of used) {
      const value = trimCell(undefuse(record[one.index] ?? ''));
      empty.push(value === '');
      if (value === '') continue;
      const checked = one.column.check(value);
      if ('value' in checked) values[one.column.name] = checked.value;
      else findings.push({ line, code: checked.problem.code, message: about(one, checked.problem.message) });
    }
    for (const group of groups) {
      if (allEmpty(group, empty)) findings.push(missingValue(line, group, used));
    }
    return { position, line, cells, values, findings: findings.length === 0 ? NO_FINDINGS : findings };
  };
}

function lastFilled(record: readonly string[]): number {
  let index = record.length - 1;
  while (index >= 0 && trimCell(record[index] ?? '') === '') index--;
  return index;
}

/** Files that were put together bring their headers, and the second one's byte order mark. */
function isHeaderAgain(record: readonly string[], used: readonly UsedColumn[]): boolean {
  for (const { index, header } of used) {
    const cell = record[index] ?? '';
    // Most rows are ruled out by the length of one cell.
    if (cell.length < header.length || trimCell(cell) !== trimCell(header)) return false;
  }
  return true;
}

const headerAgain = (line: number): Finding => ({
  line,
  code: 'repeated_header',
  message: 'the line is the header again, as if two files were joined: remove it',
});

function allEmpty(group: readonly number[], empty: readonly boolean[]): boolean {
  for (const place of group) if (empty[place] === false) return false;
  return true;
}

/** The longest message of a column's check that is passed on: it may quote the whole cell. */
const MESSAGE_LENGTH = 300;

function about({ header }: UsedColumn, message: string): string {
  const cut = message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH)}…` : message;
  return `column ${quoted(header)}: ${visible(cut)}`;
}

const tooManyFields = (line: number, filled: number, width: number): Finding => ({
  line,
  code: 'too_many_fields',
  message:
    `the row has ${filled} fields, the header only ${width}: ` +
    'put a value that contains the delimiter in double quotes, or remove the extra fields',
});

function missingValue(line: number, group: readonly number[], used: readonly UsedColumn[]): Finding {
  const names = group.map((place) => quoted(used[place]?.header ?? ''));
  const message =
    names.length === 1
      ? `the column ${names[0]} is empty: every row needs a value there`
      : `the columns ${names.join(' and ')} are empty: every row needs a value in one of them`;
  return { line, code: 'missing_value', message };
}
