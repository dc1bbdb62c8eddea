import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { whyStale } from '../../support/check-build.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();

/** A checkout whose files were last written at these times, in s. */
function checkout(files: Readonly<Record<string, number>>): string {
  const root = mkdtempSync(join(folder, 'checkout-'));
  for (const [name, at] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    utimesSync(path, at, at);
  }
  return root;
}

it('a build that is newer than every source may be tried', () => {
  const root = checkout({ 'src/a.ts': 10, 'src/b/c.ts': 20, 'jobs/d.ts': 5, 'dist/app/bin/cli.js': 21 });
  expect(whyStale(root)).toBeUndefined();
});

it.each(['src/b/c.ts', 'jobs/d.ts', 'rolldown.config.js'])(
  'a build that is older than %s may not',
  (name) => {
    const root = checkout({ 'src/a.ts': 10, 'dist/app/bin/cli.js': 21, [name]: 22 });
    expect(whyStale(root)).toBe(`The build is older than ${name}: run \`npm run build\` first.`);
  },
);

it('without a build none may be tried', () => {
  const root = checkout({ 'src/a.ts': 10, 'dist/app/bin/cli.js': 21 });
  rmSync(join(root, 'dist'), { recursive: true });
  expect(whyStale(root)).toBe('Nothing is built: run `npm run build` first.');
});
