import type { Finding } from '../common/finding.js';
import type { Job } from '../job/define.js';
import { quoted, trimCell } from './cell.js';
import { columnsByName, type NamedColumn, nearestName, normalised } from './column-names.js';

interface Search {
  /** The job's columns one of which the file needs. */
  readonly group: readonly string[];
  readonly job: Job;
  /** The header's names, and the places of those that mean nothing to the job. */
  readonly names: readonly string[];
  readonly free: readonly number[];
  /** The file's first rows. */
  readonly sample: () => readonly (readonly string[])[];
  readonly line: number;
}

/** The finding for a column that the job needs and the file does not have: with what is there, and the likeliest. */
export function missingColumn(search: Search): Finding {
  const { group, job, names, line } = search;
  const wanted = group.map((name) => quoted(name)).join(' or ');
  return {
    line,
    code: 'missing_column',
    message: `there is no column ${wanted}. The file has ${listed(names)}. ${advice(search, job)}`,
  };
}

function advice(search: Search, job: Job): string {
  const separator = oddSeparator(search.names, job);
  if (separator !== undefined) {
    return `The header seems to be separated by "${separator}": save the file with commas, semicolons or tabs`;
  }
  const [column = ''] = search.group;
  const likely = likeliest(search);
  if (likely !== undefined) {
    return `If ${quoted(likely)} is that column, add --column ${columnOption(column, likely)}`;
  }
  const aliases = job.columns.find(({ name }) => name === column)?.aliases ?? [];
  const other = aliases.length === 0 ? '' : ` (also known as ${aliases.map(quoted).join(', ')})`;
  return `Add the column${other}, or say which one it is with --column ${column}=<its name>`;
}

/** A column that means nothing to the job, and has nearly the name or looks like what is wanted. */
function likeliest({ group, job, names, free, sample }: Search): string | undefined {
  const [wanted] = job.columns.filter(({ name }) => name === group[0]);
  if (wanted === undefined) return undefined;
  const byName = nearestName(
    free.map((index) => names[index] ?? ''),
    [wanted.name, ...wanted.aliases],
  );
  if (byName !== undefined || wanted.name !== 'sn') return byName;
  const rows = sample();
  const bySight = free.filter((index) => rows.length > 0 && rows.every((row) => looksLikeSerial(row[index])));
  return bySight.length === 1 ? names[bySight[0] ?? 0] : undefined;
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

function listed(names: readonly string[]): string {
  const more = names.length > LISTED_NAMES ? ` and ${names.length - LISTED_NAMES} more` : '';
  return `the columns ${names.slice(0, LISTED_NAMES).map(quoted).join(', ')}${more}`;
}

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
