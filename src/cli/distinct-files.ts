import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../common/errors.js';

/**
 * Throws if two of the named files are the same: results written over the input would lose a list of customers.
 * @param files what each file is for, and its absolute path
 */
export function assertDistinct(files: readonly (readonly [string, string | undefined])[]): void {
  const seen = new Map<string, string>();
  for (const [name, path] of files) {
    if (path === undefined) continue;
    const real = realPath(path);
    const other = seen.get(real);
    if (other !== undefined) {
      throw new Problem('same_file', `${name} and ${other} are the same file, ${path}.`, {
        remedy: 'Nothing was sent or written. Name another file for one of them.',
      });
    }
    seen.set(real, name);
  }
}

/** By whatever name or link; a file that is not there yet by its folder's. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }
}
