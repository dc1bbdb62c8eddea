/**
 * Columns of text for a terminal: as many as fit, each as wide as its longest cell. The last is cut if it must be, and
 * those that are empty are left out.
 * @param width of the terminal, in characters
 * @returns the lines, and how many columns with something in them are not shown
 */
export function textTable(
  allHeads: readonly string[],
  allRows: readonly (readonly string[])[],
  width: number,
): { readonly lines: readonly string[]; readonly hidden: number } {
  const used = allHeads.flatMap((_, at) => (at === 0 || allRows.some((row) => row[at]) ? [at] : []));
  const head = used.map((at) => allHeads[at] ?? '');
  const rows = allRows.map((row) => used.map((at) => row[at] ?? ''));
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const shown: number[] = [];
  let left = width;
  for (const wide of widths) {
    // A column that does not fit and would be cut to a few characters tells nothing.
    if (left < Math.min(wide, LEAST)) break;
    shown.push(Math.min(wide, left));
    left -= wide + GAP;
  }
  const line = (cells: readonly string[]): string =>
    shown
      .map((wide, at) => cut(cells[at] ?? '', wide).padEnd(wide))
      .join(' '.repeat(GAP))
      .trimEnd();
  return { lines: [line(head), ...rows.map(line)], hidden: used.length - shown.length };
}

const GAP = 2;
const LEAST = 12;

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
