import { isUtf8 } from 'node:buffer';
import type { Stage } from './encoding.js';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** How many line feeds the bytes have. */
export function countLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

/** Whether the first line outside quotes ends with a carriage return alone, as old Macs wrote. */
export function endsLinesWithCr(head: Buffer): boolean {
  let inQuotes = false;
  for (let i = 0; i < head.length; i++) {
    const byte = head[i];
    if (byte === QUOTE) inQuotes = !inQuotes;
    else if (!inQuotes && byte === LF) return false;
    else if (!inQuotes && byte === CR) return head[i + 1] !== LF;
  }
  return false;
}

/** Turns lone carriage returns into line feeds; CRLF stays. */
export function crToLf(): Stage {
  let held = false;
  return (chunk, last) => {
    const bytes = held ? Buffer.concat([Buffer.from([CR]), chunk]) : Buffer.from(chunk);
    // Whether a CR at the end stands alone is known with the next chunk.
    held = !last && bytes[bytes.length - 1] === CR;
    const end = held ? bytes.length - 1 : bytes.length;
    for (let at = bytes.indexOf(CR); at !== -1 && at < end; at = bytes.indexOf(CR, at + 1)) {
      if (bytes[at + 1] !== LF) bytes[at] = LF;
    }
    return bytes.subarray(0, end);
  };
}

/** What a line's bytes can have wrong. */
export type Damage = 'not_utf8' | 'nul';

/**
 * Finds bytes that are no UTF-8 and NULs, tells of each such line once, and puts replacement characters in
 * place of the former.
 */
export function checkUtf8(report: (line: number, damage: Damage) => void): Stage {
  let held: Buffer = Buffer.alloc(0);
  let line = 1;
  let reported = 0;

  const inspect = (bytes: Buffer, lineNumber: number): void => {
    if (reported === lineNumber) return;
    const damage = !isUtf8(bytes) ? 'not_utf8' : bytes.includes(0) ? 'nul' : undefined;
    if (damage === undefined) return;
    reported = lineNumber;
    report(lineNumber, damage);
  };

  return (chunk, last) => {
    const joined = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const bytes = last ? joined : joined.subarray(0, wholeCharacters(joined));
    held = joined.subarray(bytes.length);
    if (isUtf8(bytes) && !bytes.includes(0)) {
      line += countLineFeeds(bytes);
      return bytes;
    }
    let start = 0;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, start)) {
      inspect(bytes.subarray(start, at), line);
      start = at + 1;
      line++;
    }
    inspect(bytes.subarray(start), line);
    return Buffer.from(bytes.toString('utf8'));
  };
}

/** The length of the bytes without a character at their end that the next chunk may complete. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
