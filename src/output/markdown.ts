/** Markdown for the page of a CI run. Values come from files and from the portal: none can become markup. */

/** A value that Markdown shows as it is: on one line, without links, images, mentions or HTML. */
export const escapeMarkdown = (value: string): string =>
  value
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(/[\\`*_{}[\]()#+!|~-]/g, '\\$&')
    // As entities, and last: their own signs are not to be escaped. A bare address becomes a link whatever stands before it.
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//');

/** A value between backticks, where only a backtick has a meaning. */
export const code = (value: string): string => `\`${value.replace(/[`\r\n]/g, ' ')}\``;

/** The same in a cell of a table, where a bar has a meaning too. */
export const codeCell = (value: string): string => code(value).replaceAll('|', '\\|');

/** Lines to copy, exactly as they are: the fence is longer than any run of backticks in them. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}

/** A table; the cells are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [tableHead(head), ...rows.map(tableRow)].join('\n');

export const tableHead = (head: readonly string[]): string =>
  [tableRow(head), tableRow(head.map(() => '---'))].join('\n');

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
