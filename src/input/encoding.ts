/** A stage of the reading: turns the next bytes into others; `last` says that no more will come. */
export type Stage = (chunk: Buffer, last: boolean) => Buffer;

const BYTE_ORDER_MARKS: readonly (readonly [encoding: string, mark: Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/** The WHATWG name of an encoding, such as `windows-1252` for `latin1`; undefined for one that does not exist. */
export function knownEncoding(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** How the file is encoded: what its byte order mark says, else what the user says, else UTF-8. */
export function encodingOf(
  head: Buffer,
  named: string | undefined,
): { readonly encoding: string; readonly bomLength: number } {
  for (const [encoding, mark] of BYTE_ORDER_MARKS) {
    if (head.subarray(0, mark.length).equals(mark)) return { encoding, bomLength: mark.length };
  }
  return { encoding: named ?? 'utf-8', bomLength: 0 };
}

/** What stands for bytes that are not a character of the encoding. */
export const REPLACEMENT = '\ufffd';

/**
 * To UTF-8. Bytes that are not of the encoding become U+FFFD; a file that brings a U+FFFD of its own lost a character
 * before, so both are damage.
 * @param onSuspect called once, with the first chunk and its text that has a U+FFFD or a NUL
 */
export function decoding(encoding: string, onSuspect: (chunk: Buffer, text: string) => void): Stage {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  let suspect = false;
  return (chunk, last) => {
    // Node 22.14 takes Windows-1252 for Latin-1 in a text that is decoded at once, and not in one that is streamed.
    const text = decoder.decode(chunk, { stream: true }) + (last ? decoder.decode() : '');
    if (!suspect && (text.includes(REPLACEMENT) || text.includes('\0'))) {
      suspect = true;
      onSuspect(chunk, text);
    }
    return Buffer.from(text);
  };
}
