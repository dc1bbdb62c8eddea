import type { Finding } from '../common/finding.js';
import type { Column } from '../job/columns.js';
import type { Job } from '../job/define.js';
import { RESULTS_COLUMNS } from '../job/results-columns.js';
import { quoted, undefuse } from './cell.js';
import type { HeaderRecord } from './dialect.js';

/** A column of the file that the job reads. */
export interface UsedColumn {
  readonly column: Column;
  /** Its place in the record. */
  readonly index: number;
  /** Its name as the file has it. */
  readonly header: string;
}

/** What each place of a record is for. */
export interface Layout {
  readonly width: number;
  /** The places carried through to the results, and their names as written. */
  readonly carried: readonly number[];
  readonly columns: readonly string[];
  /** The names of those that the job does not read, as written. */
  readonly unused: readonly string[];
  readonly used: readonly UsedColumn[];
  /** For each required group: those of its columns that the file has, as indexes of `used`. */
  readonly groups: readonly (readonly number[])[];
}

/** The name as it is compared: without case, spaces, `_`, `-` and invisible characters. */
export const normalised = (name: string): string => name.toLowerCase().replace(/[\s_\-\p{Cf}\p{Zs}]/gu, '');

const RESULTS = new Set(RESULTS_COLUMNS.map(normalised));
const RESULTS_BLOCK = ['status', 'reference', 'errorMessage'].map(normalised);
const PLAN_ID = normalised('planId');

/** The job's columns by each of their names. */
export function columnsByName(job: Job): ReadonlyMap<string, Column> {
  return new Map(
    job.columns.flatMap((column) =>
      [column.name, ...column.aliases].map((name) => [normalised(name), column] as const),
    ),
  );
}

/** Tells what each column of the header is for, and what keeps the header from being used. */
export function layOut(header: HeaderRecord, job: Job): { layout: Layout; findings: readonly Finding[] } {
  const known = columnsByName(job);
  const names = header.fields.map((field) => undefuse(field));
  const keys = names.map(normalised);
  const dropped = droppedPlaces(keys, known);
  const kept = names.map((_, index) => index).filter((index) => !dropped.has(index));
  const used = kept.flatMap((index): UsedColumn[] => {
    const column = known.get(keys[index] ?? '');
    return column === undefined ? [] : [{ column, index, header: names[index] ?? '' }];
  });
  const groups = job.required.map((group) =>
    used.flatMap(({ column }, place) => (group.includes(column.name) ? [place] : [])),
  );
  const findings = [
    ...duplicates(used, header.line),
    ...job.required.flatMap((group, i) =>
      groups[i]?.length === 0 ? [missing(group, job, names, header.line)] : [],
    ),
  ];
  const columns = kept.map((index) => names[index] ?? '');
  const read = new Set(used.map(({ index }) => index));
  const unused = kept.filter((index) => !read.has(index)).map((index) => names[index] ?? '');
  return { layout: { width: names.length, carried: kept, columns, unused, used, groups }, findings };
}

/**
 * The places of an earlier run's results. `planId` is an input column too: in a results file the last one is
 * the results' own, and is used only where the file has neither a plan nor another planId.
 */
function droppedPlaces(keys: readonly string[], known: ReadonlyMap<string, Column>): ReadonlySet<number> {
  const dropped = new Set<number>();
  for (const [index, key] of keys.entries()) {
    if (RESULTS.has(key) && !(key === PLAN_ID && known.has(PLAN_ID))) dropped.add(index);
  }
  const planIds = keys.flatMap((key, index) => (key === PLAN_ID && !dropped.has(index) ? [index] : []));
  const isResultsFile = RESULTS_BLOCK.every((key) => keys.includes(key));
  if (isResultsFile && planIds.length > 0) {
    const hasPlan = keys.some((key) => known.get(key)?.name === 'plan');
    const ofTheInput = hasPlan ? planIds.slice(0, -1) : planIds;
    for (const index of planIds) if (index !== ofTheInput[0]) dropped.add(index);
  }
  return dropped;
}

function duplicates(used: readonly UsedColumn[], line: number): Finding[] {
  const first = new Map<string, UsedColumn>();
  return used.flatMap((candidate): Finding[] => {
    const earlier = first.get(candidate.column.name);
    if (earlier === undefined) {
      first.set(candidate.column.name, candidate);
      return [];
    }
    const message =
      `the columns ${quoted(earlier.header)} and ${quoted(candidate.header)} both mean ` +
      `${candidate.column.name} (${candidate.column.meaning}): remove or rename one of them`;
    return [{ line, code: 'duplicate_column', message }];
  });
}

/** How many found names a message lists. */
const LISTED_NAMES = 20;

function missing(group: readonly string[], job: Job, names: readonly string[], line: number): Finding {
  const wanted = group.map((name) => {
    const aliases = job.columns.find((column) => column.name === name)?.aliases ?? [];
    return aliases.length === 0 ? `"${name}"` : `"${name}" (also as ${aliases.map(quoted).join(', ')})`;
  });
  const found = names.slice(0, LISTED_NAMES).map(quoted).join(', ');
  const more = names.length > LISTED_NAMES ? ` and ${names.length - LISTED_NAMES} more` : '';
  const separator = oddSeparator(names, job);
  const advice =
    separator === undefined
      ? 'Add the column, or give an existing one that name'
      : `The header seems to be separated by "${separator}": save the file with commas, semicolons or tabs`;
  return {
    line,
    code: 'missing_column',
    message: `there is no column ${wanted.join(' or ')}; the file has ${found}${more}. ${advice}`,
  };
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
