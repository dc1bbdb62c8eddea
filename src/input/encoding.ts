export type Encoding = 'utf8' | 'utf16le' | 'utf16be';

/** A stage of the reading: turns the next bytes into others; `last` says that no more will come. */
export type Stage = (chunk: Buffer, last: boolean) => Buffer;

/** The encoding that the file's BOM names; UTF-8 without one. */
export function encodingOf(head: Buffer): { encoding: Encoding; bomLength: number } {
  if (head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return { encoding: 'utf8', bomLength: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf16le', bomLength: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf16be', bomLength: 2 };
  return { encoding: 'utf8', bomLength: 0 };
}

/** Why a file without a BOM cannot be a CSV at all, as a sentence; undefined for what may be one. */
export function foreignFormat(head: Buffer): string | undefined {
  const start = head.subarray(0, 8).toString('latin1');
  if (start.startsWith('PK\x03\x04') || start.startsWith('\xd0\xcf\x11\xe0')) {
    return 'the file is a spreadsheet workbook (.xlsx, .xls, .ods), not a CSV: open it and save it as "CSV UTF-8"';
  }
  return looksLikeUtf16(head)
    ? 'every other byte of the file is zero: it is UTF-16 without a byte order mark. Save it as "CSV UTF-8"'
    : undefined;
}

/** Latin text in UTF-16 has a zero in every second byte; UTF-8 text has none at all. */
function looksLikeUtf16(head: Buffer): boolean {
  const zeros = [0, 0];
  const length = Math.min(head.length, 1024);
  for (let i = 0; i < length; i++) if (head[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  return length >= 4 && Math.max(even, odd) > length / 4 && Math.min(even, odd) < length / 16;
}

/** In no UTF-8: what damaged UTF-16 becomes, so that one place finds and reports damage of every kind. */
const DAMAGED = Buffer.from([0xff]);

/** UTF-16 to UTF-8; lone surrogates and an odd last byte become a byte that is no UTF-8. */
export function utf16ToUtf8(bigEndian: boolean): Stage {
  let held: Buffer = Buffer.alloc(0);
  return (chunk, last) => {
    const bytes = Buffer.concat([held, chunk]);
    let end = bytes.length - (bytes.length % 2);
    // The first half of a surrogate pair waits for its second.
    if (!last && end >= 2 && ((bytes[bigEndian ? end - 2 : end - 1] ?? 0) & 0xfc) === 0xd8) end -= 2;
    held = bytes.subarray(end);
    const units = bytes.subarray(0, end);
    const text = encode((bigEndian ? units.swap16() : units).toString('utf16le'));
    return last && held.length > 0 ? Buffer.concat([text, DAMAGED]) : text;
  };
}

function encode(text: string): Buffer {
  const parts = text.split(/\p{Surrogate}/u);
  if (parts.length === 1) return Buffer.from(text);
  return Buffer.concat(
    parts.flatMap((part, i) => (i === 0 ? [Buffer.from(part)] : [DAMAGED, Buffer.from(part)])),
  );
}
