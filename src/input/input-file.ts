import type { Finding } from '../common/finding.js';
import type { NamedColumn } from './column-names.js';

/** How the file is written, so that the results can be written alike. */
export interface Dialect {
  readonly delimiter: ',' | ';' | '\t';
  /** The file began with a byte order mark, of whatever encoding. */
  readonly bom: boolean;
  /** How the header line ended; `\n` for the lone CR of old Macs. */
  readonly newline: '\n' | '\r\n';
  /** Its WHATWG name, such as `utf-8` or `windows-1252`. Batches of older versions have none: they were UTF-8. */
  readonly encoding?: string;
}

/** What the user says of the file. */
export interface InputOptions {
  /** A WHATWG name; absent: UTF-8, unless a byte order mark says otherwise. */
  readonly encoding?: string | undefined;
  readonly columns?: readonly NamedColumn[];
}

/** One data row, checked as far as the file alone allows. */
export interface InputRow {
  /** In file order from 0, counting data rows only. */
  readonly position: number;
  /** The file's line on which the row starts; the file's first line is 1. */
  readonly line: number;
  /** The cells carried through to the results, in the order of `InputFile.columns`, as written. */
  readonly cells: readonly string[];
  /** By the job's column names: trimmed, checked values. Absent if the cell is empty or failed its check. */
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
  /** Whether the header can be used: without it the rows can be counted, and nothing else. */
  readonly usable: boolean;
  /** The rows in chunks of up to 1000. Iterated once; the file is closed when the iteration ends. */
  readonly rows: AsyncIterable<readonly InputRow[]>;
  /** What is wrong with the file as a whole so far: complete once `rows` has been consumed. */
  readonly findings: () => readonly Finding[];
}
