import { defineConfig } from 'vitest/config';
import { hasPostgres } from './test/support/has-postgres.js';

const patience = { testTimeout: 90_000, hookTimeout: 90_000 };
/** Files share a process and what they import, which loads once: nothing that they import may keep what a test did. */
const shared = { isolate: false };

export default defineConfig({
  test: {
    // Most of what the slow files do is wait for a portal that keeps silent.
    maxWorkers: 5,
    reporters: ['default'],
    globalSetup: ['test/support/check-build.ts', ...(hasPostgres ? ['test/support/start-postgres.ts'] : [])],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...shared, ...patience } },
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
                ...shared,
                ...patience,
              },
            },
          ]
        : []),
    ],
  },
});
