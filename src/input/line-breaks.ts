const LF = 0x0a;
const CR = 0x0d;

/** How many lines the bytes (UTF-8) end: by LF, by CRLF, or by CR alone as old Macs wrote. */
export function countLineBreaks(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1))
    if (bytes[at + 1] !== LF) count++;
  return count;
}

/** How many line breaks stand inside the cells of a record. */
export function lineBreaksIn(record: readonly string[]): number {
  let count = 0;
  for (const cell of record) {
    for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) count++;
    for (let at = cell.indexOf('\r'); at !== -1; at = cell.indexOf('\r', at + 1))
      if (cell[at + 1] !== '\n') count++;
  }
  return count;
}

/** Whether every line so far ends with CR alone. */
export const endsLinesWithCr = (head: Buffer): boolean => head.includes(CR) && !head.includes(LF);
