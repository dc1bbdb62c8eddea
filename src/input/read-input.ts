import type { Finding } from '../common/finding.js';
import type { Job } from '../job/define.js';
import { checkNamed, columnsByName, type NamedColumn, normalised } from './column-names.js';
import { createDamage, type Damage } from './damage.js';
import { readHeader } from './dialect.js';
import { decoding, encodingOf, type Stage } from './encoding.js';
import { foreignFormat, unmarkedUtf16 } from './foreign.js';
import { type Layout, layOut } from './header.js';
import type { InputFile, InputOptions, InputRow } from './input-file.js';
import { endsLinesWithCr } from './line-breaks.js';
import { readRecords } from './records.js';
import { rowMaker } from './rows.js';
import { openSource, readHead, type Source } from './source.js';

/** The header has to end within the file's first bytes: so much is looked at before the delimiter is known. */
const HEAD_SIZE = 64 * 1024;
const ROWS_AT_ONCE = 1000;

/**
 * Opens a CSV and reads its header. What is wrong with the content becomes findings; only a file that
 * cannot be read at all, and a column that the job does not have, is thrown, as a Problem.
 */
export async function openInput(path: string, job: Job, options: InputOptions = {}): Promise<InputFile> {
  const named = checkNamed(options.columns ?? [], job);
  const source = await openSource(path);
  try {
    const input = await read(source, job, named, options.encoding);
    if (input.rows === NO_ROWS) await source.close();
    return input;
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function read(
  source: Source,
  job: Job,
  named: readonly NamedColumn[],
  namedEncoding: string | undefined,
): Promise<InputFile> {
  const { bytes: head, whole } = await readHead(source, HEAD_SIZE);
  const { encoding, bomLength } = encodingOf(head, namedEncoding);
  const bom = bomLength > 0;
  const unread = (finding: Finding): InputFile => ({
    dialect: { delimiter: ',', bom, newline: '\n', encoding },
    columns: [],
    unused: [],
    usable: false,
    rows: NO_ROWS,
    findings: () => [finding],
  });

  const foreign = foreignFormat(head) ?? (bom || namedEncoding !== undefined ? undefined : unmarked(head));
  if (foreign !== undefined) return unread(foreign);

  const damage = createDamage(encoding, endsLinesWithCr(head) ? 'macintosh' : 'windows-1252');
  const toText = decoding(encoding, damage.suspect);
  const text = toText(head.subarray(bomLength), whole);

  const known = columnsByName(job, named);
  const recognised = (fields: readonly string[]) =>
    fields.filter((field) => known.has(normalised(field))).length;
  const reading = readHeader(text, whole, recognised);
  if ('finding' in reading) return unread(reading.finding);

  const { header } = reading;
  damage.look(header.fields, header.line);
  const rest = text.subarray(header.end);
  const { layout, findings } = layOut(header, job, named, rest);
  const ofTheFile: Finding[] = [...findings];
  const chunks = textOf(source, rest, whole, toText);
  const records = readRecords(chunks, header.delimiter, header.rowsLine, (finding) =>
    ofTheFile.push(finding),
  );
  return {
    dialect: { delimiter: header.delimiter, bom, newline: header.newline, encoding },
    columns: layout.columns,
    unused: layout.unused.filter((name) => name.trim() !== ''),
    usable: findings.length === 0,
    rows: rows(source, records, layout, damage, ofTheFile),
    findings: () => [...ofTheFile, ...damage.findings()],
  };
}

function unmarked(head: Buffer): Finding | undefined {
  const encoding = unmarkedUtf16(head);
  if (encoding === undefined) return undefined;
  const message =
    'every other byte of the file is zero: it is UTF-16 without a byte order mark. ' +
    `Add --encoding ${encoding}, or save the file as "CSV UTF-8"`;
  return { code: 'not_utf8', message };
}

const NO_ROWS: AsyncIterable<readonly InputRow[]> = {
  [Symbol.asyncIterator]: async function* () {},
};

/** The file's text from the header's end on, as UTF-8. */
async function* textOf(source: Source, rest: Buffer, whole: boolean, toText: Stage): AsyncGenerator<Buffer> {
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
  parts: ReturnType<typeof readRecords>,
  layout: Layout,
  damage: Damage,
  findings: Finding[],
): AsyncGenerator<readonly InputRow[]> {
  const toRow = rowMaker(layout);
  let position = 0;
  let batch: InputRow[] = [];
  try {
    for await (const { records, lines } of parts) {
      for (const [i, record] of records.entries()) {
        const line = lines[i] ?? 0;
        const row = toRow(record, position, line);
        // Not the columns of earlier results: those are words of the portal, and are not read.
        if (damage.isSuspected()) damage.look(row?.cells ?? record, line);
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
