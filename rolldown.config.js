import { readdirSync } from 'node:fs';
import { defineConfig } from 'rolldown';

/**
 * The program as a few files: Node opens some six hundred modules otherwise, which takes longer than the check of
 * a thousand rows. Each job stays a file of its own, so that a new one needs no change elsewhere.
 */
const jobs = readdirSync('dist/jobs')
  .filter((name) => name.endsWith('.js'))
  .map((name) => [`jobs/${name.slice(0, -3)}`, `dist/jobs/${name}`]);

/**
 * What is bundled in another's place, for each start pays for each module: of undici three classes are used, and not a
 * browser's fetch, web sockets and mocks; and orders go over it, not over axios' own node:http and its form data.
 */
const NOTHING = 'export default null;';
const UNDICI = `
import connect from 'undici/lib/api/api-connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
// As undici's own index does it: a proxy is asked by it for a tunnel.
Dispatcher.prototype.connect = connect;
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
`;
const INSTEAD = [
  [/^undici$/, UNDICI],
  [/[/\\]axios[/\\]lib[/\\]adapters[/\\]http\.js$/, NOTHING],
  [/[/\\]axios[/\\]lib[/\\]platform[/\\]node[/\\]classes[/\\]FormData\.js$/, NOTHING],
];
const instead = {
  name: 'instead',
  resolveId: (id) => (id === 'undici' ? id : undefined),
  load: (id) => INSTEAD.find(([pattern]) => pattern.test(id))?.[1],
};

export default defineConfig({
  input: { 'bin/cli': 'dist/src/cli/entry.js', ...Object.fromEntries(jobs) },
  platform: 'node',
  plugins: [instead],
  // What reads files beside itself, is compiled, or is needed by some runs alone.
  external: [
    /^(better-sqlite3|pg|pg-connection-string|yargs|pino|fastify|@fastify\/formbody|echarts|prom-client)(\/|$)/,
  ],
  output: {
    dir: 'dist/app',
    format: 'esm',
    sourcemap: true,
    chunkFileNames: 'lib/chunks/[name]-[hash].js',
    cleanDir: true,
  },
});
