import { defineConfig } from 'vitest/config';

/** Machines with other Nodes, one after the other: some ten minutes, and the npm registry is asked. */
export default defineConfig({
  test: {
    include: ['test/nodes/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
  },
});
