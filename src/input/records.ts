import { CsvError, Parser } from 'csv-parse';
import type { Finding } from '../common/finding.js';
import { countLineFeeds } from './text.js';

/** The longest record read, in bytes: an unclosed quote must not pull the rest of the file into memory. */
const MAX_RECORD = 1024 * 1024;

/** What both readings (of the header, of the rows) tell the parser. */
export const PARSER_OPTIONS = {
  record_delimiter: ['\r\n', '\n'],
  relax_column_count: true,
  max_record_size: MAX_RECORD,
};

/** Some records with the line on which each starts: two arrays, to spare an object for each record. */
export interface Records {
  readonly records: string[][];
  readonly lines: number[];
}

/**
 * The chunks' records, as they come. At what is no CSV the reading ends: `malformed` gets the finding, and
 * the records before it have been given.
 */
export async function* readRecords(
  chunks: AsyncIterable<Buffer>,
  delimiter: string,
  firstLine: number,
  malformed: (finding: Finding) => void,
): AsyncGenerator<Records> {
  const parser = new Parser({ ...PARSER_OPTIONS, delimiter });
  let batch: Records = { records: [], lines: [] };
  let line = firstLine;
  let recordStart = 0;
  let fed = 0;
  let unfinished: { start: number; bytes: Buffer }[] = [];

  // Records are taken where they are made: the stream's own buffer is slower, and loses them on an error.
  parser.push = (record: string[] | null) => {
    if (record === null) return true;
    batch.records.push(record);
    batch.lines.push(line);
    line += 1 + lineFeedsIn(record);
    recordStart = parser.info.bytes;
    return true;
  };
  // To csv-parse each record is the first, so that none is ragged: it makes an Error for each that is (30 µs).
  Object.defineProperty(parser.info, 'records', { get: () => 0, set: () => {} });
  parser.on('error', () => {});

  const lineOfError = (): number => line + lineFeedsBetween(unfinished, recordStart, parser.info.bytes);
  const takeBatch = (): Records => {
    const taken = batch;
    batch = { records: [], lines: [] };
    return taken;
  };

  for await (const bytes of chunks) {
    unfinished.push({ start: fed, bytes });
    fed += bytes.length;
    const error = await settled((done) => parser.write(bytes, done));
    if (batch.records.length > 0) yield takeBatch();
    if (error !== undefined) return malformed(malformedFinding(error, lineOfError()));
    // The parser's own limit does not see a record of delimiters alone.
    if (fed - recordStart > MAX_RECORD) return malformed(tooLongFinding(line));
    unfinished = unfinished.filter((part) => part.start + part.bytes.length > recordStart);
  }
  const error = await settled((done) => parser.end(done));
  if (batch.records.length > 0) yield takeBatch();
  if (error !== undefined) malformed(malformedFinding(error, lineOfError()));
}

/** Says what csv-parse stumbled over; anything else that is thrown is a defect and stays one. */
export function malformedFinding(error: Error, line: number): Finding {
  if (!(error instanceof CsvError)) throw error;
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return tooLongFinding(line);
    case 'CSV_QUOTE_NOT_CLOSED':
      return finding(line, 'a quote (") opens here and is never closed: close it, or remove it');
    case 'CSV_INVALID_CLOSING_QUOTE':
      return finding(
        line,
        'a quoted field that starts here goes on after its closing quote ("): write a quote inside a quoted ' +
          'field twice ("")',
      );
    default:
      return finding(
        line,
        'a quote (") stands inside a field that does not start with one: put the whole field in quotes and ' +
          'write the inner quote twice (""), or remove it',
      );
  }
}

const tooLongFinding = (line: number): Finding =>
  finding(
    line,
    'the row is longer than 1 MB, so a quote (") that opens here is probably never closed: close it',
  );

const finding = (line: number, message: string): Finding => ({
  line,
  code: 'malformed_csv',
  message: `${message}. The file was read up to here only`,
});

/** What the stream's callback got, as a value. */
async function settled(call: (done: (error?: Error | null) => void) => void): Promise<Error | undefined> {
  return new Promise((resolve) => call((error) => resolve(error ?? undefined)));
}

function lineFeedsIn(record: readonly string[]): number {
  let count = 0;
  for (const cell of record) {
    for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) count++;
  }
  return count;
}

function lineFeedsBetween(
  parts: readonly { start: number; bytes: Buffer }[],
  from: number,
  to: number,
): number {
  let count = 0;
  for (const { start, bytes } of parts) {
    count += countLineFeeds(bytes.subarray(Math.max(0, from - start), Math.max(0, to - start)));
  }
  return count;
}
