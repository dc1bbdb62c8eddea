import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why what was built must not be tried; absent: it is of the sources as they are. */
    staleBuild?: string;
  }
}

/** What `npm run build` reads, and the last file that it writes. */
const SOURCES = ['src', 'jobs', 'rolldown.config.js', 'tsconfig.build.json', 'package-lock.json'];
const BUILT = 'dist/app/bin/cli.js';

/** Looks once, before the first test: what is edited while they run is not what they try. */
export default function checkBuild(project: TestProject): void {
  const stale = whyStale(project.config.root);
  if (stale !== undefined) project.provide('staleBuild', stale);
}

/**
 * Why the build in a folder cannot stand for its sources.
 * @returns undefined if it can
 */
export function whyStale(root: string): string | undefined {
  const built = statSync(join(root, BUILT), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return 'Nothing is built: run `npm run build` first.';
  const newer = SOURCES.flatMap((name) => filesOf(root, name)).find(
    (name) => statSync(join(root, name)).mtimeMs > built,
  );
  return newer && `The build is older than ${newer}: run \`npm run build\` first.`;
}

function filesOf(root: string, name: string): string[] {
  const stats = statSync(join(root, name), { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [name];
  return readdirSync(join(root, name)).flatMap((inner) => filesOf(root, join(name, inner)));
}
