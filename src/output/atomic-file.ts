import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EXIT, type ExitStatus, Problem } from '../common/errors.js';

/** Where a file is written until it is whole. */
const temporaryPath = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);

/** Throws a `Problem` when a file could not be written there: to be known before anything is sent. */
export async function assertWritable(path: string, option: string): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await assertFile(path);
    await (await open(temporary, 'w')).close();
    await rm(temporary);
  } catch (error) {
    throw unwritable(path, error, EXIT.nothingSent, `Fix that, or name another file with ${option}.`);
  }
}

/** A folder would be found out only by the last step of writing; a device, such as /dev/null, would be replaced by a file. */
async function assertFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  const code = found.isDirectory() ? 'EISDIR' : NO_FILE;
  throw Object.assign(new Error('not a file'), { code, syscall: 'stat' });
}

const NO_FILE = 'no_file';

/**
 * Writes a file whole or not at all: beside its place, to the disk, and then under its name.
 * Throws a `Problem` when that fails; what stood there before is then untouched.
 */
export async function writeWhole(path: string, parts: AsyncIterable<string | Uint8Array>): Promise<void> {
  const temporary = temporaryPath(path);
  let file: FileHandle | undefined;
  try {
    await assertFile(path);
    file = await open(temporary, 'w');
    for await (const part of parts) await file.writeFile(part);
    await file.sync();
    await file.close();
    file = undefined;
    await rename(temporary, path);
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const remedy =
      'The ledger has everything: fix that, then run the same command, or the command `results`.';
    throw unwritable(path, error, EXIT.stoppedEarly, remedy);
  }
}

function unwritable(path: string, error: unknown, exitStatus: ExitStatus, remedy: string): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const why: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    EACCES: 'you do not have the right to write there',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'its folder is a file',
    EISDIR: 'it is a folder',
    [NO_FILE]: 'it is a device or a pipe, not a file',
  };
  return new Problem('file_unwritable', `The file ${path} cannot be written: ${why[code] ?? code}.`, {
    remedy,
    exitStatus,
    cause: error,
  });
}
