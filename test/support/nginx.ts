import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG, type Logged, type NginxLimit, nginxConfig, readLog } from './nginx-limit.js';
import { runServer, whereIs } from './run-server.js';
import { closedPort } from './servers.js';
import { temporaryFolder } from './temp-folder.js';

const NGINX = whereIs('nginx', '-v');
export const hasNginx = NGINX !== undefined;

export interface Nginx {
  readonly url: string;
  readonly log: () => Logged[];
}

/** A real nginx in front of a portal, with its own way to limit requests. */
export async function nginxForTest(upstream: string, limit: NginxLimit): Promise<Nginx> {
  if (NGINX === undefined) throw new Error('nginx is not installed');
  const folder = temporaryFolder();
  const port = await closedPort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfig(folder, port, upstream, limit));
  await runServer(NGINX, ['-p', folder, '-c', file], port);
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => readLog(readFileSync(join(folder, LOG), 'utf8')),
  };
}
