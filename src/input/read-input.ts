import type { Finding } from '../common/finding.js';
import type { Job } from '../job/define.js';
import { damageReport } from './damage.js';
import { type HeaderRecord, readHeader } from './dialect.js';
import { encodingOf, foreignFormat, type Stage, utf16ToUtf8 } from './encoding.js';
import { columnsByName, type Layout, layOut, normalised } from './header.js';
import { readRecords } from './records.js';
import { rowMaker } from './rows.js';
import { openSource, readHead, type Source } from './source.js';
import { checkUtf8, crToLf, endsLinesWithCr } from './text.js';

/** How the file is written, so that the results can be written alike. */
export interface Dialect {
  readonly delimiter: ',' | ';' | '\t';
  /** The file began with a byte order mark, of whatever encoding. */
  readonly bom: boolean;
  /** How the header line ended. */
  readonly newline: '\n' | '\r\n';
}

/** One data row, checked as far as the file alone allows. */
export interface InputRow {
  /** In file order from 0, counting data rows only. */
  readonly position: number;
  /** The file's line on which the row starts; the file's first line is 1. */
  readonly line: number;
  /** The cells carried through to the results, in the order of `InputFile.columns`, as written. */
  readonly cells: readonly string[];
  /** By the job's column names: trimmed, checked values. Absent where the cell is empty or failed its check. */
  readonly values: Readonly<Partial<Record<string, string>>>;
  /** All that is wrong with this row, each with its line. */
  readonly findings: readonly Finding[];
}

export interface InputFile {
  readonly dialect: Dialect;
  /** The header's names carried through to the results, as written. */
  readonly columns: readonly string[];
  /** Those of them that the job does not read. */
  readonly unused: readonly string[];
  /** The rows in chunks of up to 1000. Iterated once; the file is closed when the iteration ends. */
  readonly rows: AsyncIterable<readonly InputRow[]>;
  /** What is wrong with the file as a whole so far: complete once `rows` has been consumed. */
  readonly findings: () => readonly Finding[];
}

/** The header has to end within the file's first bytes: so much is looked at before the delimiter is known. */
const HEAD_SIZE = 64 * 1024;
const ROWS_AT_ONCE = 1000;

/**
 * Opens a CSV and reads its header. What is wrong with the content becomes findings; only a file that
 * cannot be read at all is thrown, as a Problem.
 */
export async function openInput(path: string, job: Job): Promise<InputFile> {
  const source = await openSource(path);
  try {
    return await read(source, job);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function read(source: Source, job: Job): Promise<InputFile> {
  const { bytes: head, whole } = await readHead(source, HEAD_SIZE);
  const { encoding, bomLength } = encodingOf(head);
  const damage = damageReport(encoding);
  const bom = bomLength > 0;
  const unusable = async (findings: readonly Finding[], columns: readonly string[], dialect: Dialect) => {
    await source.close();
    return {
      dialect,
      columns,
      unused: [],
      rows: noRows(),
      findings: () => [...findings, ...damage.findings()],
    };
  };

  const foreign = bom ? undefined : foreignFormat(head);
  const unknown: Dialect = { delimiter: ',', bom, newline: '\n' };
  if (foreign !== undefined) return unusable([{ code: 'not_utf8', message: foreign }], [], unknown);

  const decode: Stage = encoding === 'utf8' ? (chunk) => chunk : utf16ToUtf8(encoding === 'utf16be');
  const decoded = decode(head.subarray(bomLength), whole);
  const unify: Stage = endsLinesWithCr(decoded) ? crToLf() : (chunk) => chunk;
  const check = checkUtf8(damage.add);
  const text = check(unify(decoded, whole), whole);

  const known = columnsByName(job);
  const recognised = (fields: readonly string[]) =>
    fields.filter((field) => known.has(normalised(field))).length;
  const reading = readHeader(text, whole, recognised);
  if ('finding' in reading) return unusable([reading.finding], [], unknown);

  const { header } = reading;
  const dialect: Dialect = { delimiter: header.delimiter, bom, newline: header.newline };
  const { layout, findings } = layOut(header, job);
  if (findings.length > 0) return unusable(findings, layout.columns, dialect);

  const rest = text.subarray(header.end);
  const toText: Stage = (chunk, last) => check(unify(decode(chunk, last), last), last);
  const ofTheFile: Finding[] = [];
  return {
    dialect,
    columns: layout.columns,
    unused: layout.unused.filter((name) => name.trim() !== ''),
    rows: rows(source, chunks(source, rest, whole, toText), header, layout, ofTheFile),
    findings: () => [...ofTheFile, ...damage.findings()],
  };
}

async function* noRows(): AsyncGenerator<readonly InputRow[]> {}

/** The file's text from the header's end on, as UTF-8. */
async function* chunks(source: Source, rest: Buffer, whole: boolean, toText: Stage): AsyncGenerator<Buffer> {
  yield rest;
  if (whole) return;
  for (;;) {
    const chunk = await source.read();
    yield toText(chunk ?? Buffer.alloc(0), chunk === undefined);
    if (chunk === undefined) return;
  }
}

async function* rows(
  source: Source,
  text: AsyncIterable<Buffer>,
  header: HeaderRecord,
  layout: Layout,
  findings: Finding[],
): AsyncGenerator<readonly InputRow[]> {
  const toRow = rowMaker(layout);
  let position = 0;
  let batch: InputRow[] = [];
  try {
    const malformed = (finding: Finding): void => void findings.push(finding);
    for await (const { records, lines } of readRecords(text, header.delimiter, header.rowsLine, malformed)) {
      for (const [i, record] of records.entries()) {
        const row = toRow(record, position, lines[i] ?? 0);
        if (row === undefined) continue;
        position++;
        batch.push(row);
        if (batch.length < ROWS_AT_ONCE) continue;
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
    if (position === 0 && findings.length === 0) findings.push(headerOnly);
  } finally {
    await source.close();
  }
}

const headerOnly: Finding = {
  code: 'empty_file',
  message: 'the file has a header but no rows: add one line for each order',
};
