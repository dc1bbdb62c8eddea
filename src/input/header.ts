import type { Finding } from '../common/finding.js';
import type { Column } from '../job/columns.js';
import type { Job } from '../job/define.js';
import { RESULTS_COLUMNS } from '../job/results-columns.js';
import { quoted, undefuse } from './cell.js';
import { columnsByName, type NamedColumn, normalised } from './column-names.js';
import type { HeaderRecord } from './dialect.js';
import { columnOption, missingColumns, unknownNames } from './missing-column.js';

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

const RESULTS = new Set(RESULTS_COLUMNS.map(normalised));
const RESULTS_BLOCK = ['status', 'reference', 'errorMessage'].map(normalised);
const PLAN_ID = normalised('planId');
const STATUS = normalised('status');
/** Names that a file of the user's own may well have: they are the results' only behind the results' status. */
const COMMON: ReadonlySet<string> = new Set(['amount', 'currency']);

/**
 * Tells what each column of the header is for, and what keeps the header from being used.
 * @param given what the user says that columns are called in this file
 * @param below the file's text after the header, as far as it has been read: it may show where a missing column is
 */
export function layOut(
  header: HeaderRecord,
  job: Job,
  given: readonly NamedColumn[],
  below: Buffer,
): { layout: Layout; findings: readonly Finding[] } {
  const known = columnsByName(job, given);
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
  const taken = new Set(used.map(({ index }) => index));
  const free = kept.filter((index) => !taken.has(index));
  const absent = job.required.filter(
    (group, i) => groups[i]?.length === 0 && !given.some(({ ours }) => group.includes(ours)),
  );
  const findings = [
    ...duplicates(used, header.line),
    ...unknownNames(given, names, header.line),
    ...missingColumns(absent, { job, header, names, free, below }),
  ];
  const columns = kept.map((index) => names[index] ?? '');
  const unused = free.map((index) => names[index] ?? '');
  return { layout: { width: names.length, carried: kept, columns, unused, used, groups }, findings };
}

/**
 * The places of an earlier run's results. A name of theirs can be an input column too (`planId`, or one that the user
 * named): in a results file the last one of that name is then the results' own. Its planId is used all the same if the
 * file has neither a plan nor another planId.
 */
function droppedPlaces(keys: readonly string[], known: ReadonlyMap<string, Column>): ReadonlySet<number> {
  const isResultsFile = RESULTS_BLOCK.every((key) => keys.includes(key));
  const lastStatus = keys.lastIndexOf(STATUS);
  const hasPlan = keys.some((key) => known.get(key)?.name === 'plan');
  const dropped = new Set<number>();
  for (const name of RESULTS) {
    const places = keys.flatMap((key, index) => (key === name ? [index] : []));
    if (COMMON.has(name)) {
      for (const index of places) if (isResultsFile && index > lastStatus) dropped.add(index);
      continue;
    }
    const isInput = known.has(name);
    if (isInput && !isResultsFile) continue;
    const ofTheInput = !isInput ? [] : name === PLAN_ID && !hasPlan ? places : places.slice(0, -1);
    for (const index of places) if (index !== ofTheInput[0]) dropped.add(index);
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
      `${candidate.column.name} (${candidate.column.meaning}): remove or rename one of them` +
      (earlier.header === candidate.header
        ? ''
        : `, or say which it is with --column ${columnOption(candidate.column.name, earlier.header)}`);
    return [{ line, code: 'duplicate_column', message }];
  });
}
