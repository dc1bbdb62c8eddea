import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The long campaign has a configuration of its own.
    exclude: ['test/faults/**', 'node_modules/**'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    reporters: ['default'],
  },
});
