import { normalised } from '../input/column-names.js';
import type { Dialect } from '../input/input-file.js';
import { RESULTS_COLUMNS } from '../job/results-columns.js';
import { writeWhole } from './atomic-file.js';
import { csvText } from './csv-text.js';
import { encoderOf } from './encoder.js';
import { type Line, linesOf, type ResultsCells, type ResultsSource } from './results-lines.js';

/** Writes one row for each row of the input, in its order, its dialect and its encoding. */
export function writeResults(source: ResultsSource, path: string): Promise<void> {
  const columns = JSON.parse(source.batch.columns) as string[];
  // The results' own planId takes the place of the input's.
  const kept = columns.map((name) => normalised(name) !== 'planid');
  return write(source, path, {
    columns: columns.filter((_, i) => kept[i]),
    cells: ({ cells }) => cells.filter((_, i) => kept[i]),
    outcome: RESULTS_COLUMNS,
    isWanted: () => true,
  });
}

/** Writes the rows that did not succeed, in the shape of the input plus what is wrong: to be fixed and run. */
export function writeFailures(source: ResultsSource, path: string): Promise<void> {
  return write(source, path, {
    columns: JSON.parse(source.batch.columns) as string[],
    cells: ({ cells }) => cells,
    outcome: ['status', 'errorCode', 'errorMessage'],
    isWanted: ({ status }) => status !== 'succeeded' && status !== 'pending',
  });
}

/** Which lines a file has, and what of them. */
interface Content {
  readonly columns: readonly string[];
  readonly cells: (line: Line) => readonly string[];
  readonly outcome: readonly (keyof ResultsCells)[];
  readonly isWanted: (result: ResultsCells) => boolean;
}

async function write(source: ResultsSource, path: string, content: Content): Promise<void> {
  const dialect = JSON.parse(source.batch.dialect) as Dialect;
  const encode = await encoderOf(dialect.encoding);
  await writeWhole(path, encoded());

  async function* encoded(): AsyncGenerator<Uint8Array> {
    for await (const text of csvOf(source, dialect, content)) yield encode(text);
  }
}

async function* csvOf(
  source: ResultsSource,
  dialect: Dialect,
  { columns, cells, outcome, isWanted }: Content,
): AsyncGenerator<string> {
  const text = csvText(dialect);
  yield (dialect.bom ? '\uFEFF' : '') + text([columns], outcome);
  for await (const lines of linesOf(source)) {
    let part = '';
    for (let at = 0; at < lines.length; ) {
      const result = lines[at]?.result as ResultsCells;
      const first = at;
      while (lines[at]?.result === result) at++;
      if (!isWanted(result)) continue;
      part += text(
        lines.slice(first, at).map(cells),
        outcome.map((name) => result[name]),
      );
    }
    if (part !== '') yield part;
  }
}
