/** Whitespace and invisible marks that spreadsheets, mail and BOMs leave around a value. */
const isEdge = (code: number): boolean =>
  code <= 0x20 ||
  (code >= 0x7f &&
    (code <= 0xa0 ||
      code === 0xad ||
      code === 0x1680 ||
      code === 0x180e ||
      (code >= 0x2000 && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202f) ||
      (code >= 0x205f && code <= 0x206f) ||
      code === 0x3000 ||
      code === 0xfeff));

/** The cell without spaces and invisible characters around it. A loop, because `\s+$` is quadratic. */
export function trimCell(cell: string): string {
  let start = 0;
  let end = cell.length;
  while (start < end && isEdge(cell.charCodeAt(start))) start++;
  while (end > start && isEdge(cell.charCodeAt(end - 1))) end--;
  return end - start === cell.length ? cell : cell.slice(start, end);
}

const APOSTROPHE = 0x27;
const FORMULA_STARTS = '=+-@\t\r＝＋－＠';

/** Takes off the `'` that the results writer puts before a value that a spreadsheet would run as a formula. */
export function undefuse(cell: string): string {
  if (cell.charCodeAt(0) !== APOSTROPHE || cell.length < 2) return cell;
  return FORMULA_STARTS.includes(cell.charAt(1)) || isHiddenFormula(cell.slice(1)) ? cell.slice(1) : cell;
}

/** Puts a `'` before a formula behind spaces, which a spreadsheet may trim; csv-stringify knows the others. */
export const defuseHidden = (cell: string): string => (isHiddenFormula(cell) ? `'${cell}` : cell);

function isHiddenFormula(cell: string): boolean {
  if (!isEdge(cell.charCodeAt(0))) return false;
  const first = trimCell(cell).charAt(0);
  return first !== '' && FORMULA_STARTS.includes(first);
}

const SHOWN_LENGTH = 80;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** The text with control and invisible characters written out, so that a message shows what is there. */
export function visible(text: string): string {
  return text.replace(
    INVISIBLE,
    (character) => SHORT_ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A value as a message shows it: in quotes, cut, made visible. */
export function quoted(value: string): string {
  const cut = value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
  return `"${visible(cut)}"`;
}
