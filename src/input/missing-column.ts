import type { Finding } from '../common/finding.js';
import { someOf } from '../common/sentence.js';
import type { Column } from '../job/columns.js';
import type { Job } from '../job/define.js';
import { quoted, trimCell } from './cell.js';
import { columnsByName, type NamedColumn, nearestName, normalised } from './column-names.js';
import type { HeaderRecord } from './dialect.js';
import { firstRecords } from './records.js';

interface Search {
  readonly job: Job;
  readonly header: HeaderRecord;
  /** The header's names, and the places of those that mean nothing to the job. */
  readonly names: readonly string[];
  readonly free: readonly number[];
  /** The file's text after the header, as far as it has been read. */
  readonly below: Buffer;
}

/**
 * The findings for columns that the job needs and the file does not have: with what is there, and the likeliest.
 * @param absent groups of the job's columns; the file needs one of each
 */
export function missingColumns(absent: readonly (readonly string[])[], search: Search): readonly Finding[] {
  const { names, header } = search;
  const says = (group: readonly string[], advice: string): Finding => ({
    line: header.line,
    code: 'missing_column',
    message: `there is no column ${group.map(quoted).join(' or ')}. The file has ${listed(names)}. ${advice}`,
  });
  const [first] = absent;
  const everywhere = first === undefined ? undefined : adviceForAll(search);
  return first !== undefined && everywhere !== undefined
    ? [says(first, everywhere)]
    : absent.map((group) => says(group, advice(group, search)));
}

/** What may be wrong with the header as a whole. */
function adviceForAll({ job, header, names, below }: Search): string | undefined {
  const separator = oddSeparator(names, job);
  if (separator !== undefined) {
    return `The header seems to be separated by "${separator}": save the file with commas, semicolons or tabs`;
  }
  const lines = headerBelow(below, job);
  return lines === undefined
    ? undefined
    : `The header seems to be in line ${header.rowsLine + lines}: remove the lines above it`;
}

function advice(group: readonly string[], search: Search): string {
  const column = search.job.columns.find(({ name }) => name === group[0]);
  if (column === undefined) return 'Add the column';
  const likely = likeliest(column, search);
  if (likely !== undefined) {
    return `If ${quoted(likely)} is that column, add --column ${columnOption(column.name, likely)}`;
  }
  const { aliases } = column;
  const other = aliases.length === 0 ? '' : ` (also known as ${aliases.map(quoted).join(', ')})`;
  return `Add the column${other}, or say which one it is with --column ${column.name}=<its name>`;
}

/** A column that means nothing to the job, and has nearly the name or looks like what is wanted. */
function likeliest(wanted: Column, { header, names, free, below }: Search): string | undefined {
  const byName = nearestName(
    free.map((index) => names[index] ?? ''),
    [wanted.name, ...wanted.aliases],
  );
  if (byName !== undefined || wanted.name !== 'sn') return byName;
  const rows = firstRecords(below, header.delimiter);
  const bySight = free.filter((index) => rows.length > 0 && rows.every((row) => looksLikeSerial(row[index])));
  return bySight.length === 1 ? names[bySight[0] ?? 0] : undefined;
}

/** How far down a header is looked for, in lines: exports put a title or a date above it. */
const TITLE_LINES = 20;

/** How many lines down a line has at least two names that the job knows. */
function headerBelow(below: Buffer, job: Job): number | undefined {
  const known = columnsByName(job);
  const lines = below.toString().split(/\r\n|[\r\n]/, TITLE_LINES);
  const at = lines.findIndex(
    (line) =>
      line
        .replaceAll('"', '')
        .split(/[,;\t]/)
        .filter((name) => known.has(normalised(name))).length >= 2,
  );
  return at === -1 ? undefined : at;
}

/** As the tutorial's serial numbers look: `369471667338`, `3631E3418911`. */
const looksLikeSerial = (cell: string | undefined): boolean =>
  /^(?=(?:[A-Z]*\d){6})[A-Z\d]{8,20}$/i.test(trimCell(cell ?? ''));

/** The names given with --column that the file does not have. */
export function unknownNames(
  given: readonly NamedColumn[],
  names: readonly string[],
  line: number,
): readonly Finding[] {
  const keys = new Set(names.map(normalised));
  return given
    .filter(({ theirs }) => !keys.has(normalised(theirs)))
    .map(({ ours, theirs }) => {
      const near = nearestName(names, [theirs]);
      const hint = near === undefined ? '' : `. Did you mean --column ${columnOption(ours, near)}?`;
      const message = `there is no column ${quoted(theirs)}, which --column names for ${ours}. The file has ${listed(names)}${hint}`;
      return { line, code: 'missing_column', message };
    });
}

/** A value of --column as a shell takes it. */
export function columnOption(ours: string, theirs: string): string {
  const text = `${ours}=${trimCell(theirs)}`;
  return /^[\p{L}\p{N}_=.:/+-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** How many found names a message lists. */
const LISTED_NAMES = 20;

const listed = (names: readonly string[]): string => `the columns ${someOf(names.map(quoted), LISTED_NAMES)}`;

const ODD_SEPARATORS = ['|', ':', '^', '~', '，', '；', '、', ',', ';', '\t'];

/** A separator that is not the file's delimiter, yet gives names that the job knows. */
function oddSeparator(names: readonly string[], job: Job): string | undefined {
  const known = columnsByName(job);
  return ODD_SEPARATORS.find((separator) =>
    names.some(
      (name) => name.includes(separator) && name.split(separator).some((part) => known.has(normalised(part))),
    ),
  )?.replace('\t', 'a tab');
}
