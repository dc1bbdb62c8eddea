import wrapAnsi from 'wrap-ansi';
import type { Finding } from '../common/finding.js';
import { counted } from './labelled.js';

const SHOWN = 20;
/** Kept for sorting by line; more are only counted. */
const KEPT = 1_000;

export interface Findings {
  readonly add: (finding: Finding) => void;
  readonly count: () => number;
  /** Findings about the file as a whole: with them no row can be trusted, whatever --skip-invalid says. */
  readonly concernFile: () => boolean;
  /**
   * @param columns of the terminal; absent: a pipe, where each finding stays one line
   * @param inResults whether results with all findings are written
   */
  readonly report: (file: string, columns: number | undefined, inResults: boolean) => string;
}

const ABOUT_THE_FILE: ReadonlySet<Finding['code']> = new Set([
  'empty_file',
  'missing_column',
  'duplicate_column',
  'not_utf8',
  'malformed_csv',
]);

/** Collects what is wrong with a file: the first 20 in the order of the lines, then a count. */
export function collectFindings(): Findings {
  const kept: Finding[] = [];
  let missingContacts = 0;
  let count = 0;
  let concernFile = false;
  return {
    add: (finding) => {
      count++;
      if (ABOUT_THE_FILE.has(finding.code)) concernFile = true;
      // A missing contact lists them all: said once, it stands for every row.
      if (finding.code === 'missing_billing_contact' && ++missingContacts > 1) return;
      if (kept.length < KEPT) kept.push(finding);
    },
    count: () => count,
    concernFile: () => concernFile,
    report: (file, columns, inResults) => {
      const sorted = [...kept].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
      const lines = sorted.slice(0, SHOWN).map((finding) => {
        const place = finding.line === undefined ? '' : `:${finding.line}`;
        const same = finding.code === 'missing_billing_contact' ? missingContacts - 1 : 0;
        return hanging(
          `${file}${place}  ${finding.message}${same > 0 ? ` (and ${counted(same, 'more row')})` : ''}`,
          columns,
        );
      });
      const more = count - lines.length - Math.max(0, missingContacts - 1);
      if (more > 0) lines.push(`  … and ${more} more${inResults ? ': the results have them all' : ''}`);
      return `${count} ${count === 1 ? 'finding' : 'findings'}:\n${lines.join('\n')}`;
    },
  };
}

/** Indented, and where it is broken indented a little more. */
const hanging = (text: string, columns: number | undefined): string =>
  columns === undefined
    ? `  ${text}`
    : `  ${wrapAnsi(text, columns - 4, { hard: true }).replaceAll('\n', '\n    ')}`;
