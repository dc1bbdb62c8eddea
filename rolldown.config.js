import { readdirSync } from 'node:fs';
import { defineConfig } from 'rolldown';

/**
 * The program as a few files: Node opens some six hundred modules otherwise, which takes longer than the check of
 * a thousand rows. Each job stays a file of its own, so that a new one needs no change elsewhere.
 */
const jobs = readdirSync('dist/jobs')
  .filter((name) => name.endsWith('.js'))
  .map((name) => [`jobs/${name.slice(0, -3)}`, `dist/jobs/${name}`]);

export default defineConfig({
  input: { 'bin/cli': 'dist/src/cli.js', ...Object.fromEntries(jobs) },
  platform: 'node',
  // What reads files beside itself, is compiled, or is needed by the sandbox and the report alone.
  external: [/^(better-sqlite3|yargs|pino|fastify|@fastify\/formbody|echarts|prom-client)(\/|$)/],
  output: {
    dir: 'dist/app',
    format: 'esm',
    sourcemap: true,
    chunkFileNames: 'lib/[name]-[hash].js',
    cleanDir: true,
  },
});
