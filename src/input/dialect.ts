import { CsvError, parse } from 'csv-parse/sync';
import type { Finding } from '../common/finding.js';
import type { Dialect } from './input-file.js';
import { countLineBreaks, lineBreaksIn } from './line-breaks.js';
import { malformedFinding, PARSER_OPTIONS } from './records.js';

type Delimiter = Dialect['delimiter'];

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t'];
const DELIMITER_NAMES: Readonly<Record<Delimiter, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
};

/** The header record, read with the delimiter that suits it best. */
export interface HeaderRecord {
  readonly delimiter: Delimiter;
  readonly newline: Dialect['newline'];
  readonly fields: readonly string[];
  /** Its first line, and the first of the rows. */
  readonly line: number;
  readonly rowsLine: number;
  /** Where the rows begin in the head. */
  readonly end: number;
}

export type HeaderReading = { readonly header: HeaderRecord } | { readonly finding: Finding };

/** Finds the header record in the file's first bytes (UTF-8, no BOM); `recognised` counts known names. */
export function readHeader(
  head: Buffer,
  whole: boolean,
  recognised: (fields: readonly string[]) => number,
): HeaderReading {
  const hint = separatorHint(head);
  const text = head.subarray(hint.length);
  const firstLine = hint.length === 0 ? 1 : 2;
  const attempts = (hint.delimiter === undefined ? DELIMITERS : [hint.delimiter]).map((delimiter) =>
    firstRecord(text, delimiter),
  );
  const found = attempts
    .filter((attempt) => 'fields' in attempt)
    .map((attempt) => ({ ...attempt, score: recognised(attempt.fields) }))
    .sort((a, b) => b.score - a.score || b.fields.length - a.fields.length);
  const [best, second] = found;
  // One delimiter's empty row is a name to the others.
  const nothing = attempts.some((attempt) => 'nothing' in attempt);
  const failed = attempts.find((attempt) => 'error' in attempt);
  if (best === undefined && failed !== undefined && !nothing) {
    const line = firstLine + countLineBreaks(text.subarray(0, failed.at));
    const cutOff = !whole && failed.error.code === 'CSV_QUOTE_NOT_CLOSED';
    return { finding: cutOff ? headerTooLong(line) : malformedFinding(failed.error, line) };
  }
  if (best === undefined || (nothing && best.score === 0)) return { finding: emptyFile };
  if (best.end === text.length && !whole) return { finding: headerTooLong(firstLine) };
  const alike = best.score === second?.score && best.fields.length === second.fields.length;
  if (alike && best.score > 0 && best.fields.length > 1) {
    return { finding: ambiguous(best.delimiter, second.delimiter) };
  }
  const read = text.subarray(0, best.end).toString('latin1');
  const rowsLine = firstLine + countLineBreaks(text.subarray(0, best.end));
  const inside = lineBreaksIn(best.fields);
  return {
    header: {
      delimiter: best.delimiter,
      newline: read.endsWith('\r\n') ? '\r\n' : '\n',
      fields: best.fields,
      line: rowsLine - inside - (/[\r\n]$/.test(read) ? 1 : 0),
      rowsLine,
      end: hint.length + best.end,
    },
  };
}

/** Excel's own first line, such as `sep=;`: how long it is, and the delimiter if it is one of ours. */
function separatorHint(head: Buffer): { length: number; delimiter?: Delimiter } {
  const match = /^"?sep=(.)"?[ \t,;]*(?:\r\n|[\r\n])/i.exec(head.subarray(0, 64).toString('latin1'));
  if (match === null) return { length: 0 };
  const delimiter = DELIMITERS.find((known) => known === match[1]);
  return delimiter === undefined ? { length: match[0].length } : { length: match[0].length, delimiter };
}

type Attempt =
  | { readonly delimiter: Delimiter; readonly fields: readonly string[]; readonly end: number }
  | { readonly error: CsvError; readonly at: number }
  | { readonly nothing: true };

function firstRecord(text: Buffer, delimiter: Delimiter): Attempt {
  try {
    let end = 0;
    const [fields] = parse(text, {
      ...PARSER_OPTIONS,
      delimiter,
      to: 1,
      skip_records_with_empty_values: true,
      on_record: (record: string[], info) => {
        end = info.bytes;
        return record;
      },
    });
    return fields === undefined ? { nothing: true } : { delimiter, fields, end };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { error, at: typeof error['bytes'] === 'number' ? error['bytes'] : 0 };
  }
}

const emptyFile: Finding = {
  code: 'empty_file',
  message: 'the file is empty: it needs a header line and one line for each order',
};

const headerTooLong = (line: number): Finding => ({
  line,
  code: 'malformed_csv',
  message:
    'the header does not end within 64 KB: a quote (") in it is probably never closed, or this is not a CSV',
});

const ambiguous = (one: Delimiter, other: Delimiter): Finding => ({
  code: 'malformed_csv',
  message:
    `the header can be read as separated by ${DELIMITER_NAMES[one]} or by ${DELIMITER_NAMES[other]}: ` +
    'use one of them throughout',
});
