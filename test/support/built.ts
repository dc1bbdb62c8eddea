import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

/** The path of a file that was built, such as `app/bin/cli.js`. Throws if it is not of the sources as they are. */
export function built(name: string): string {
  const stale = inject('staleBuild');
  if (stale !== undefined) throw new Error(stale);
  return fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
}
