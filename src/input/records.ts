import { CsvError, Parser } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import type { Finding } from '../common/finding.js';
import { countLineBreaks, lineBreaksIn } from './line-breaks.js';

/** The longest record read, in bytes: an unclosed quote must not pull the rest of the file into memory. */
const MAX_RECORD = 1024 * 1024;

/** What both readings (of the header, of the rows) tell the parser. */
export const PARSER_OPTIONS = {
  // CR alone too: old Macs, and files put together from parts.
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  max_record_size: MAX_RECORD,
};

/** Some records with the line on which each starts: two arrays, to spare an object for each record. */
export interface Records {
  readonly records: string[][];
  readonly lines: number[];
}

/**
 * The chunks' records, as they come. If the text is not a CSV, the reading ends: `malformed` gets the finding, and
 * the records before it have been given.
 */
export async function* readRecords(
  chunks: AsyncIterable<Buffer>,
  delimiter: string,
  firstLine: number,
  malformed: (finding: Finding) => void,
): AsyncGenerator<Records> {
  let batch: Records = { records: [], lines: [] };
  let line = firstLine;
  let recordStart = 0;
  let fed = 0;
  let unfinished: { start: number; bytes: Buffer }[] = [];

  const parser = new Parser({
    ...PARSER_OPTIONS,
    delimiter,
    // Records are taken where they are made: the stream's own buffer would lose those before an error.
    on_record: (record: string[], info) => {
      batch.records.push(record);
      batch.lines.push(line);
      line += 1 + lineBreaksIn(record);
      recordStart = info.bytes;
      return null;
    },
  });
  parser.on('error', () => {});

  const lineOfError = (): number => line + lineBreaksBetween(unfinished, recordStart, parser.info.bytes);
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

const SAMPLE = 20;

/** The first records of a text, if they can be read; a cut last one is left out. */
export function firstRecords(text: Buffer, delimiter: string): readonly (readonly string[])[] {
  const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
  try {
    return parse(text.subarray(0, end), {
      ...PARSER_OPTIONS,
      delimiter,
      to: SAMPLE,
      skip_records_with_empty_values: true,
    });
  } catch {
    return [];
  }
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
        'a quoted field that starts here continues after its closing quote ("): write a quote inside a quoted ' +
          'field twice ("")',
      );
    default:
      return finding(
        line,
        'a quote (") is inside a field that does not start with one: put the whole field in quotes and ' +
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
  message: `${message}. The rest of the file was not read`,
});

/** What the stream's callback got, as a value. */
async function settled(call: (done: (error?: Error | null) => void) => void): Promise<Error | undefined> {
  return new Promise((resolve) => call((error) => resolve(error ?? undefined)));
}

function lineBreaksBetween(
  parts: readonly { start: number; bytes: Buffer }[],
  from: number,
  to: number,
): number {
  return countLineBreaks(
    Buffer.concat(
      parts.map(({ start, bytes }) => bytes.subarray(Math.max(0, from - start), Math.max(0, to - start))),
    ),
  );
}
