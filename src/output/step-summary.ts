import { appendFile } from 'node:fs/promises';
import ms from 'ms';
import { counted } from './labelled.js';
import { PENDING_LINES } from './pending.js';
import { PUBLIC_STATUSES } from './public-status.js';
import { type Summary, type SummaryNotes, sayMet, withMore } from './summary.js';

/**
 * The summary as Markdown, for the page of a GitHub Actions run. Values come from files and from the portal: none
 * can become markup.
 */
export function stepSummary(summary: Summary, notes: SummaryNotes): string {
  const { counts } = summary;
  const did = notes.didNothing ?? `${counted(summary.sent, 'order')} placed by this run`;
  const paragraphs = [
    `### ${summary.sandbox ? 'SANDBOX (no real orders): ' : ''}batch ${escapeMarkdown(summary.batch)}`,
    `${counts.total} rows of \`${escapeCode(summary.file)}\`. ${did}, in ` +
      `${ms(summary.durationMs, { long: true })}, exit status ${summary.exitCode}.`,
    table(
      ['Status', 'Rows'],
      PUBLIC_STATUSES.filter((status) => counts[status] > 0).map((status) => [
        status,
        String(counts[status]),
      ]),
    ),
  ];
  if (counts.pending > 0) paragraphs.push(`**Pending:** ${escapeMarkdown(PENDING_LINES.join(' '))}`);
  const met = sayMet(notes.met);
  if (met !== '') paragraphs.push(`Met on the way: ${met}.`);
  if (summary.stopped !== undefined) {
    paragraphs.push(`**Stopped ${escapeMarkdown(summary.stopped.message)}**`);
  }
  if (summary.failures !== undefined) {
    const rows = summary.failures.map(({ code, rows, example, message }) =>
      [String(rows), code, message.slice(0, 200), example].map(escapeMarkdown),
    );
    paragraphs.push('**Failed, by reason**', table(['Rows', 'Code', 'What was said', 'For example'], rows));
  }
  if (notes.inDoubt.length > 0)
    paragraphs.push(`**In doubt:** ${listed(withMore(notes.inDoubt, counts.in_doubt))}`);
  const { leftInDoubt = 0 } = summary;
  if (leftInDoubt > 0) {
    const named = listed(withMore(notes.leftInDoubt, leftInDoubt));
    paragraphs.push(`**In doubt, and not in the file any more:** ${named}`);
  }
  const files = [
    ['Results', summary.results],
    ['Failures', notes.failuresFile],
    ['Plan', summary.plan],
  ].flatMap(([name, value]) => (value == null ? [] : [`- ${name}: \`${escapeCode(value)}\``]));
  if (files.length > 0) paragraphs.push(files.join('\n'));
  if (notes.next.length > 0) paragraphs.push(sayNext(notes.next));
  return `${paragraphs.join('\n\n')}\n\n`;
}

/**
 * Appends the summary to the file that GitHub Actions names in GITHUB_STEP_SUMMARY. Never throws: the run is over.
 * @returns what went wrong, as a sentence
 */
export async function appendStepSummary(
  path: string | undefined,
  summary: Summary,
  notes: SummaryNotes,
): Promise<string | undefined> {
  if (path === undefined || path === '') return undefined;
  try {
    await appendFile(path, stepSummary(summary, notes));
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? `: ${String(error.code)}` : '';
    return `The step summary could not be written${code}.`;
  }
}

const listed = (values: readonly string[]): string => values.map(escapeMarkdown).join(', ');

/** The command is to be copied, so it stands as it is. */
const sayNext = ([sentence = '', ...commands]: readonly string[]): string =>
  [`Next: ${escapeMarkdown(sentence)}`, ...commands.map((command) => `\`${escapeCode(command)}\``)].join(
    '  \n',
  );

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A value that Markdown shows as it is: on one line, without links, images, mentions or HTML. */
export const escapeMarkdown = (value: string): string =>
  value
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    // Written as an entity, since a link is made of a bare address whatever stands before it.
    .replaceAll('://', '&#58;//')
    .replace(/[\\`*_{}[\]()#+!|~-]/g, '\\$&');

/** A value between backticks, where only a backtick has a meaning. */
const escapeCode = (value: string): string => value.replace(/[`\r\n]/g, ' ');
