import type { FoundInFile, SharedFinding } from '../common/finding.js';
import { counted } from './labelled.js';
import { codeCell, escapeMarkdown, tableHead, tableRow } from './markdown.js';

/** The longest that a finding is quoted; one is a few hundred characters long. */
const MESSAGE = 1_000;

/**
 * What is wrong with a file, as Markdown: a table of as many findings as fit. What many rows share is said once.
 * @param room bytes that the table may take, and what is said of those that do not fit, but for `rest`
 * @param rest where the findings that do not fit can be read
 */
export function findingsSection({ count, shared }: FoundInFile, room: number, rest: string): string {
  const head = `**${counted(count, 'problem')} found**\n\n${tableHead(['Line', 'Code', 'What is wrong'])}`;
  const lines = [head];
  const sentence = (more: number): string => `\n\n… and ${counted(more, 'more problem')}: `;
  let left = room - Buffer.byteLength(head) - Buffer.byteLength(sentence(count));
  let told = 0;
  for (const finding of shared) {
    const line = rowOf(finding);
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) break;
    lines.push(line);
    told += finding.rows;
  }
  const more = count - told;
  return more === 0 ? lines.join('\n') : `${lines.join('\n')}${sentence(more)}${rest}`;
}

function rowOf({ finding, rows, first, last }: SharedFinding): string {
  const place = first === 0 ? 'the file' : String(first);
  const more = rows === 1 ? '' : ` and ${counted(rows - 1, 'more row')}, the last in line ${last}`;
  return tableRow([
    `${place}${more}`,
    codeCell(finding.code),
    escapeMarkdown(finding.message.slice(0, MESSAGE)),
  ]);
}
