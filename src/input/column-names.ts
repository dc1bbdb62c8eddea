import { closest, distance } from 'fastest-levenshtein';
import { Problem } from '../common/errors.js';
import type { Column } from '../job/columns.js';
import type { Job } from '../job/define.js';

/** What a column of the job is called in this file, as `--column sn=Seriennummer` says. */
export interface NamedColumn {
  readonly ours: string;
  readonly theirs: string;
}

/** Reads `sn=Seriennummer`, and several as an environment variable has them: `sn=Seriennummer;plan=Tarif`. */
export function readNamed(text: string): readonly NamedColumn[] | undefined {
  const named = text.split(/;(?=[\s\w-]+=)/).map((part) => {
    const [, ours = '', theirs = ''] = /^([^=]+)=(.+)$/s.exec(part.trim()) ?? [];
    return { ours: ours.trim(), theirs: theirs.trim() };
  });
  return named.every(({ ours, theirs }) => ours !== '' && theirs !== '') ? named : undefined;
}

/** The name as it is compared: without case, spaces, `_`, `-` and invisible characters. */
export const normalised = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_\-\p{Cf}\p{Zs}]/gu, '');

/** What the user says of columns, with the job's own names for them. Throws a `Problem` for one that the job does not have. */
export function checkNamed(given: readonly NamedColumn[], job: Job): readonly NamedColumn[] {
  const checked = given.map(({ ours, theirs }) => {
    const column = job.columns.find(({ name }) => normalised(name) === normalised(ours));
    if (column !== undefined) return { ours: column.name, theirs };
    throw new Problem(
      'wrong_option',
      `--column ${ours}=${theirs}: the job ${job.name} has no column "${ours}".`,
      {
        remedy: `It has ${job.columns.map(({ name }) => name).join(', ')}.`,
      },
    );
  });
  const twice = checked.find(({ ours }, at) => checked.findIndex((other) => other.ours === ours) !== at);
  if (twice === undefined) return checked;
  throw new Problem('wrong_option', `--column names ${twice.ours} more than once.`, {
    remedy: 'Give each column one name.',
  });
}

/** The job's columns by each name that they may have in a file; a name that the user gave takes the place of ours. */
export function columnsByName(job: Job, given: readonly NamedColumn[] = []): ReadonlyMap<string, Column> {
  const renamed = new Map(given.map(({ ours, theirs }) => [ours, theirs]));
  const names = new Map<string, Column>();
  for (const column of job.columns) {
    if (renamed.has(column.name)) continue;
    for (const name of [column.name, ...column.aliases]) names.set(normalised(name), column);
  }
  for (const column of job.columns) {
    const theirs = renamed.get(column.name);
    if (theirs !== undefined) names.set(normalised(theirs), column);
  }
  return names;
}

/** The name that is nearest to one of those wanted, unless it is too far off to be meant. */
export function nearestName(names: readonly string[], wanted: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const key = normalised(name);
    if (key === '') continue;
    const other = closest(key, wanted.map(normalised));
    const off = distance(key, other) / Math.max(key.length, other.length);
    if (off < least) [best, least] = [name, off];
  }
  return least <= FARTHEST ? best : undefined;
}

/** Share of a name's letters that may differ: "Seriennummer" is 0.42 from "serial number". */
const FARTHEST = 0.5;
