import type { ReportRow } from '../rows.js';

/** What a person asked the table for. */
export interface Question {
  readonly text: string;
  /** An index of the statuses; -1: all. */
  readonly status: number;
  /** The place in a row that it is sorted by. */
  readonly sortBy: number;
  readonly descending: boolean;
}

/**
 * The rows that a question is about, in its order. Every word has to be in the row, in any of its values.
 *
 * This function is sent to the browser as its own text: it may use nothing from outside itself.
 * @param haystacks each row's values in lower case, made once: making them for each key typed would be slow
 */
export function findRows(
  rows: readonly ReportRow[],
  haystacks: readonly string[],
  statuses: readonly string[],
  question: Question,
): ReportRow[] {
  const words = question.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = rows.filter(
    (row, i) =>
      (question.status < 0 || row[2] === question.status) &&
      words.every((word) => (haystacks[i] ?? '').includes(word)),
  );
  const { sortBy, descending } = question;
  const keyOf = (row: ReportRow): string | number => {
    const value = row[sortBy];
    if (sortBy === 2) return statuses[row[2]] ?? '';
    return typeof value === 'number' ? value : String(value).toLowerCase();
  };
  const keyed = found.map((row) => ({ row, key: keyOf(row) }));
  keyed.sort((a, b) => {
    // What is not there comes last, whichever way the rest is sorted.
    const aEmpty = a.key === '' || a.key === -1;
    const bEmpty = b.key === '' || b.key === -1;
    if (aEmpty !== bEmpty) return aEmpty ? 1 : -1;
    if (a.key === b.key) return a.row[0] - b.row[0];
    return a.key < b.key !== descending ? -1 : 1;
  });
  return keyed.map(({ row }) => row);
}
