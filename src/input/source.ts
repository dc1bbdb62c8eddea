import { type FileHandle, open } from 'node:fs/promises';
import { Problem } from '../common/errors.js';

const CHUNK_SIZE = 64 * 1024;

/** An open file that is read once, from its beginning. */
export interface Source {
  /** The next bytes; undefined at the end of the file. */
  readonly read: () => Promise<Buffer | undefined>;
  readonly close: () => Promise<void>;
}

/** Opens the file; a file that cannot be read is a Problem with its remedy. */
export async function openSource(path: string): Promise<Source> {
  const handle = await open(path, 'r').catch((cause) => {
    throw unreadable(path, cause);
  });
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw isAFolder(path);
  }
  return { read: () => readChunk(handle, path), close: () => handle.close() };
}

/** The file's first `size` bytes (fewer if it is shorter), and whether that is all of it. */
export async function readHead(source: Source, size: number): Promise<{ bytes: Buffer; whole: boolean }> {
  const parts: Buffer[] = [];
  let length = 0;
  while (length < size) {
    const chunk = await source.read();
    if (chunk === undefined) return { bytes: Buffer.concat(parts), whole: true };
    parts.push(chunk);
    length += chunk.length;
  }
  return { bytes: Buffer.concat(parts), whole: false };
}

async function readChunk(handle: FileHandle, path: string): Promise<Buffer | undefined> {
  // A new buffer each time: the parser keeps slices of the last ones.
  const buffer = Buffer.allocUnsafe(CHUNK_SIZE);
  const { bytesRead } = await handle.read(buffer, 0, CHUNK_SIZE, null).catch((cause) => {
    throw unreadable(path, cause);
  });
  return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown';

const isAFolder = (path: string): Problem =>
  new Problem('input_is_a_folder', `"${path}" is a folder, not a CSV file.`, {
    remedy: 'Name a CSV file in it.',
  });

function unreadable(path: string, cause: unknown): Problem {
  switch (codeOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Problem('input_not_found', `The file "${path}" does not exist.`, {
        remedy: 'Check its name and folder; a relative path starts at the folder you are in.',
        cause,
      });
    case 'EISDIR':
      return isAFolder(path);
    case 'EACCES':
    case 'EPERM':
      return new Problem(
        'input_not_readable',
        `The file "${path}" cannot be read: you do not have the right.`,
        {
          remedy: `Give yourself the right to read it, for example with: chmod u+r "${path}"`,
          cause,
        },
      );
    default:
      return new Problem('input_not_readable', `The file "${path}" cannot be read (${codeOf(cause)}).`, {
        remedy: 'Copy it to a local disk, close other programs that hold it, and run the command again.',
        cause,
      });
  }
}
