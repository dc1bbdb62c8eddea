import { defineConfig } from 'vitest/config';

/** The long campaign: FAULT_CAMPAIGNS and FAULT_SEED choose how many and which. */
export default defineConfig({
  test: {
    include: ['test/faults/*.test.ts'],
    globalSetup: ['test/support/check-build.ts'],
    env: { FAULT_CAMPAIGNS: process.env['FAULT_CAMPAIGNS'] ?? '200' },
    testTimeout: 1_200_000,
  },
});
