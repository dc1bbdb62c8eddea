import type { Finding, FoundInFile, SharedFinding } from '../common/finding.js';
import { counted } from './labelled.js';

/** Shown on the screen. */
const SHOWN = 20;
/** Kept for scripts, and to be sorted by line; more are only counted. */
const KEPT = 1_000;
/** Kept for people, of those that say different things: as many as fit the page of a CI run. */
const KEPT_SHARED = 5_000;

export interface Findings {
  readonly add: (finding: Finding) => void;
  readonly count: () => number;
  /** Findings about the file as a whole: with them no row can be trusted, whatever --skip-invalid says. */
  readonly concernFile: () => boolean;
  readonly found: () => FoundInFile;
  /**
   * For people: what many rows share is said once.
   * @param inResults whether results with all findings are written
   */
  readonly report: (file: string, inResults: boolean) => string;
}

const ABOUT_THE_FILE: ReadonlySet<Finding['code']> = new Set([
  'empty_file',
  'missing_column',
  'duplicate_column',
  'not_a_csv',
  'not_utf8',
  'damaged_text',
  'malformed_csv',
]);

type Growing = { -readonly [K in keyof SharedFinding]: SharedFinding[K] };

const byFirst = (shared: ReadonlyMap<string, SharedFinding>): SharedFinding[] =>
  [...shared.values()].sort((a, b) => a.first - b.first);

const byLine = (a: Finding, b: Finding): number => (a.line ?? 0) - (b.line ?? 0);

/** Collects what is wrong with a file. */
export function collectFindings(): Findings {
  const kept: Finding[] = [];
  const shared = new Map<string, Growing>();
  let count = 0;
  /** Findings of the kinds in `shared`. */
  let covered = 0;
  let concernFile = false;

  const share = (finding: Finding): void => {
    const line = finding.line ?? 0;
    const known = shared.get(finding.message);
    if (known !== undefined) {
      known.rows++;
      known.first = Math.min(known.first, line);
      known.last = Math.max(known.last, line);
    } else if (shared.size < KEPT_SHARED) {
      shared.set(finding.message, { finding, rows: 1, first: line, last: line });
    } else return;
    covered++;
  };

  return {
    add: (finding) => {
      count++;
      if (ABOUT_THE_FILE.has(finding.code)) concernFile = true;
      if (kept.length < KEPT) kept.push(finding);
      share(finding);
    },
    count: () => count,
    concernFile: () => concernFile,
    found: () => ({ count, list: [...kept].sort(byLine), shared: byFirst(shared) }),
    report: (file, inResults) => {
      const kinds = byFirst(shared);
      const shown = kinds.slice(0, SHOWN);
      const lines = shown.map((kind) => `  ${sayKind(file, kind)}`);
      const rest = count - shown.reduce((sum, { rows }) => sum + rows, 0);
      if (rest > 0) lines.push(`  … and ${rest} more${inResults ? ': the results list all of them' : ''}`);
      const head =
        covered === count && kinds.length < count
          ? `${counted(kinds.length, 'problem')} in ${count} rows`
          : counted(count, 'problem');
      return `${head} found:\n${lines.join('\n')}`;
    },
  };
}

function sayKind(file: string, { finding, rows, first, last }: SharedFinding): string {
  const place = finding.line === undefined ? '' : `:${first}`;
  const more = rows === 1 ? '' : ` (and ${counted(rows - 1, 'more row')}, the last in line ${last})`;
  return `${file}${place}  ${finding.message}${more}`;
}
