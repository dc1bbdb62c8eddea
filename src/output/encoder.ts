/** Text to the bytes of a file. */
export type Encode = (text: string) => Uint8Array;

/** What stands for a character that an encoding does not have; the input's own cells have none. */
const MISSING = '?';

/**
 * The encoder for a WHATWG encoding. Each text is whole: no character is split between two.
 * @param encoding absent: UTF-8
 */
export async function encoderOf(encoding = 'utf-8'): Promise<Encode> {
  switch (encoding) {
    case 'utf-8':
      return (text) => Buffer.from(text);
    case 'utf-16le':
      return (text) => Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return (text) => Buffer.from(text, 'utf16le').swap16();
    default:
      return legacyEncoder(encoding);
  }
}

const SINGLE_BYTE = /^(ibm866|iso-8859-|koi8-|macintosh|windows-|x-)/;

async function legacyEncoder(encoding: string): Promise<Encode> {
  // Loaded here: most files are UTF-8, and the tables are large.
  const encode = SINGLE_BYTE.test(encoding)
    ? (await import('@exodus/bytes/single-byte.js')).createSinglebyteEncoder(encoding)
    : (await import('@exodus/bytes/multi-byte.js')).createMultibyteEncoder(encoding);
  const known = new Map<string, string>();
  /** The encoder throws at what it does not have. */
  const inEncoding = (character: string): string => {
    let kept = known.get(character);
    if (kept === undefined) {
      try {
        encode(character);
        kept = character;
      } catch {
        kept = MISSING;
      }
      known.set(character, kept);
    }
    return kept;
  };
  return (text) => encode(text.replace(/\P{ASCII}|\p{Cc}/gu, inEncoding));
}
