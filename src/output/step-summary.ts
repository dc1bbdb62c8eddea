import { appendFile, stat } from 'node:fs/promises';
import { sayDuration } from '../common/duration.js';
import { sayProblem } from '../common/errors.js';
import type { FoundInFile } from '../common/finding.js';
import { sayCost } from './cost.js';
import { findingsSection } from './findings-section.js';
import { counted } from './labelled.js';
import { code, escapeMarkdown, table } from './markdown.js';
import { PENDING_LINES } from './pending.js';
import { statusTable } from './status-table.js';
import { type Summary, type SummaryNotes, sayMet, withMore } from './summary.js';

/** What GitHub takes of one step's page, in bytes; of a longer one it shows nothing. */
const LIMIT = 1024 * 1024;

/** The summary of a run as Markdown, for the page of a GitHub Actions run. */
export function stepSummary(
  summary: Summary,
  notes: SummaryNotes,
  findings: FoundInFile,
  room: number,
): string {
  const { counts } = summary;
  const did = notes.didNothing ?? `${counted(summary.sent, 'order')} placed by this run`;
  const paragraphs = [
    `### ${summary.sandbox ? 'SANDBOX (no real orders): ' : ''}batch ${escapeMarkdown(summary.batch)}`,
    `${counts.total} rows of ${code(summary.file)}. ${did}, in ` +
      `${sayDuration(summary.durationMs)}, exit status ${summary.exitCode}.`,
    statusTable(counts),
  ];
  if (summary.cost !== undefined)
    paragraphs.push(`**Cost:** ${escapeMarkdown(sayCost(summary.cost, counts))}`);
  if (counts.pending > 0) paragraphs.push(`**Pending:** ${escapeMarkdown(PENDING_LINES.join(' '))}`);
  const met = sayMet(notes.met);
  if (met !== '') paragraphs.push(`Trouble on the way: ${met}.`);
  if (summary.stopped !== undefined) {
    paragraphs.push(`**Stopped ${escapeMarkdown(summary.stopped.message)}**`);
  }
  if (summary.failures !== undefined) {
    const rows = summary.failures.map(({ code, rows, example, message }) =>
      [String(rows), code, message.slice(0, 200), example].map(escapeMarkdown),
    );
    paragraphs.push('**Failed, by reason**', table(['Rows', 'Code', 'Message', 'For example'], rows));
  }
  if (notes.inDoubt.length > 0)
    paragraphs.push(`**In doubt:** ${listed(withMore(notes.inDoubt, counts.in_doubt))}`);
  const { leftInDoubt = 0 } = summary;
  if (leftInDoubt > 0) {
    const named = listed(withMore(notes.leftInDoubt, leftInDoubt));
    paragraphs.push(`**In doubt, but not in the file any more:** ${named}`);
  }
  const files = [
    ['Results', summary.results],
    ['Failures', notes.failuresFile],
    ['Plan', summary.plan],
  ].flatMap(([name, value]) => (value == null ? [] : [`- ${name}: ${code(value)}`]));
  if (files.length > 0) paragraphs.push(files.join('\n'));
  if (notes.next.length > 0) paragraphs.push(sayNext(notes.next));
  const text = `${paragraphs.join('\n\n')}\n\n`;
  if (findings.count === 0) return text;
  const left = room - Buffer.byteLength(text) - SPARE;
  return `${text}${findingsSection(findings, left, 'the results have them all, in the column errorMessage.')}\n\n`;
}

/** The page of a run that ended before it had a summary, such as one whose file cannot be read. */
export function problemPage(
  facts: { readonly batch: string; readonly sandbox: boolean },
  problem: { readonly message: string; readonly remedy?: string | undefined },
  findings: FoundInFile | undefined,
  room: number,
): string {
  const text =
    `### ${facts.sandbox ? 'SANDBOX (no real orders): ' : ''}batch ${escapeMarkdown(facts.batch)}\n\n` +
    `**${escapeMarkdown(sayProblem(problem))}**\n\n`;
  if (findings === undefined || findings.count === 0) return text;
  const left = room - Buffer.byteLength(text) - SPARE;
  return `${text}${findingsSection(findings, left, 'run the same command again when these are fixed.')}\n\n`;
}

/** Bytes kept for the sentence about findings that do not fit. */
const SPARE = 200;

/**
 * Appends a page to the file that GitHub Actions names in GITHUB_STEP_SUMMARY. Never throws: the run is over.
 * @param page makes the page, of so many bytes at most
 * @returns what went wrong, as a sentence
 */
export async function appendStepSummary(
  path: string | undefined,
  page: (room: number) => string | Promise<string>,
): Promise<string | undefined> {
  if (path === undefined || path === '') return undefined;
  try {
    const before = await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
    const text = await page(LIMIT - before);
    if (before + Buffer.byteLength(text) > LIMIT)
      return "The step summary was left out: GitHub takes 1 MiB for a step's page, and this step has used it up.";
    await appendFile(path, text);
    return undefined;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? `: ${String(error.code)}` : '';
    return `The step summary could not be written${why}.`;
  }
}

const listed = (values: readonly string[]): string => values.map(escapeMarkdown).join(', ');

/** The command is to be copied, so it stands as it is. */
const sayNext = ([sentence = '', ...commands]: readonly string[]): string =>
  [`Next: ${escapeMarkdown(sentence)}`, ...commands.map(code)].join('  \n');
