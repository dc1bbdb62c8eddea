import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes sure that a file is there, and if it is new that it is its owner's alone. */
export function ensurePrivateFile(path: string): void {
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a+', 0o600));
}

/** Folder by folder: Node's own `recursive` never ends if a file system refuses everything. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another run may have made it at the same moment.
    if (!existsSync(path)) throw error;
  }
}
