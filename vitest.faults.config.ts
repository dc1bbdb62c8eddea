import { defineConfig } from 'vitest/config';
import { hasPostgres } from './test/support/has-postgres.js';

/** The long campaigns: FAULT_CAMPAIGNS and FAULT_SEED choose how many and which; FAULT_WORKER_… those of several workers. */
export default defineConfig({
  test: {
    include: ['test/faults/*.test.ts'],
    globalSetup: ['test/support/check-build.ts', ...(hasPostgres ? ['test/support/start-postgres.ts'] : [])],
    env: {
      FAULT_CAMPAIGNS: process.env['FAULT_CAMPAIGNS'] ?? '200',
      FAULT_WORKER_CAMPAIGNS: process.env['FAULT_WORKER_CAMPAIGNS'] ?? '100',
    },
    // One after the other: each plays several campaigns at a time.
    fileParallelism: false,
    testTimeout: 1_200_000,
  },
});
