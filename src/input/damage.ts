import type { Finding } from '../common/finding.js';
import { quoted } from './cell.js';
import { REPLACEMENT } from './encoding.js';

/** Collects the lines whose characters could not be read: all of them are one finding. */
export interface Damage {
  /** Takes the first chunk with damage and its text, for the example in the finding. */
  readonly suspect: (chunk: Buffer, text: string) => void;
  /** Whether records have to be looked at: most files have no damage. */
  readonly isSuspected: () => boolean;
  readonly look: (record: readonly string[], line: number) => void;
  readonly findings: () => readonly Finding[];
}

/**
 * @param encoding that the file is read in
 * @param likely what it is in most likely, if it is not that
 */
export function createDamage(encoding: string, likely: 'windows-1252' | 'macintosh'): Damage {
  let suspected = false;
  let example: string | undefined;
  const replaced = createLines();
  const zero = createLines();
  return {
    suspect: (chunk, text) => {
      suspected = true;
      if (encoding === 'utf-8') example = reading(chunk, text, likely);
    },
    isSuspected: () => suspected,
    look: (record, line) => {
      if (record.some((cell) => cell.includes(REPLACEMENT))) replaced.add(line);
      else if (record.some((cell) => cell.includes('\0'))) zero.add(line);
    },
    findings: () => [
      ...replaced.finding((lines) =>
        encoding === 'utf-8' ? notUtf8(lines, likely, example) : notOfEncoding(lines, encoding),
      ),
      ...zero.finding((lines) => ({
        code: 'damaged_text',
        message: `${lines} NUL bytes: the file is damaged. Export it again, best as "CSV UTF-8"`,
      })),
    ],
  };
}

function notUtf8(lines: string, likely: string, example: string | undefined): Omit<Finding, 'line'> {
  const shown = example === undefined ? '' : ` (with it, the first one reads ${example})`;
  return {
    code: 'not_utf8',
    message:
      `${lines} characters that are not UTF-8. If this is the plain "CSV" of Excel in Western Europe or America, ` +
      `add --encoding ${likely}${shown}; elsewhere it may be windows-1250, windows-1251, shift_jis or gbk. ` +
      'Or save the file as "CSV UTF-8"',
  };
}

const notOfEncoding = (lines: string, encoding: string): Omit<Finding, 'line'> => ({
  code: 'damaged_text',
  message:
    `${lines} characters that are not ${encoding}: the file is damaged, or is in another encoding. ` +
    'Check --encoding, or save the file as "CSV UTF-8"',
});

/** Lines of one kind: the first, and how many more there are. */
function createLines() {
  let first: number | undefined;
  let more = 0;
  return {
    add: (line: number): void => {
      if (first === undefined) first = line;
      else more++;
    },
    finding: (say: (lines: string) => Omit<Finding, 'line'>): readonly Finding[] => {
      if (first === undefined) return [];
      const lines = more === 0 ? 'the line has' : `the line and ${more} more have`;
      return [{ line: first, ...say(lines) }];
    },
  };
}

const BEFORE = 20;
const AFTER = 40;

/** The place of the first damage as another encoding reads it, so that a person can see whether it is the right one. */
function reading(chunk: Buffer, text: string, encoding: string): string | undefined {
  const at = text.indexOf(REPLACEMENT);
  if (at === -1) return undefined;
  const before = text.slice(0, at).split(/\r\n|[\r\n]/);
  const line = new TextDecoder(encoding).decode(chunk, { stream: true }).split(/\r\n|[\r\n]/)[
    before.length - 1
  ];
  const column = before.at(-1)?.length ?? 0;
  if (line === undefined) return undefined;
  const shown = line.slice(Math.max(0, column - BEFORE), column + AFTER);
  return quoted(`${column > BEFORE ? '…' : ''}${shown}${line.length > column + AFTER ? '…' : ''}`);
}
