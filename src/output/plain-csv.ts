import { csvText } from './csv-text.js';

const DIALECT = { delimiter: ',', bom: false, newline: '\n' } as const;

/** A CSV with commas: the head, then the rows. A value that a spreadsheet would run is defused. */
export async function* plainCsv(
  head: readonly string[],
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
): AsyncGenerator<string> {
  const text = csvText(DIALECT);
  // The text ends records that share their last cells: here each record has a last cell of its own.
  const record = (cells: readonly string[]): string => text([cells.slice(0, -1)], cells.slice(-1));
  yield record(head);
  for await (const row of rows) yield record(row);
}
