import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runServer, whereIs } from './run-server.js';
import { closedPort } from './servers.js';
import { temporaryFolder } from './temp-folder.js';

const NGINX = whereIs('nginx', '-v');
export const hasNginx = NGINX !== undefined;

/** A request as nginx logged it: when it was done, epoch ms, and what the client was told. */
export interface Logged {
  readonly at: number;
  readonly status: number;
  readonly path: string;
}

export interface Nginx {
  readonly url: string;
  readonly log: () => Logged[];
}

/**
 * A real nginx in front of a portal, with its own way to limit requests.
 * @param limit what follows `limit_req zone=...` and other directives of the location
 */
export async function nginxForTest(
  upstream: string,
  limit: { readonly perSecond: number; readonly more?: string; readonly status?: number },
): Promise<Nginx> {
  if (NGINX === undefined) throw new Error('nginx is not installed');
  const folder = temporaryFolder();
  const port = await closedPort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  log_format told '$msec $status $uri';
  access_log ${folder}/access.log told;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  limit_req_zone $binary_remote_addr zone=portal:1m rate=${limit.perSecond}r/s;
  ${limit.status === undefined ? '' : `limit_req_status ${limit.status};`}
  server {
    listen 127.0.0.1:${port};
    location / { limit_req zone=portal ${limit.more ?? ''}; proxy_pass ${upstream}; }
  }
}
`,
  );
  await runServer(NGINX, ['-p', folder, '-c', file], port);
  return {
    url: `http://127.0.0.1:${port}`,
    log: () =>
      readFileSync(join(folder, 'access.log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => {
          const [seconds, status, path = ''] = line.split(' ');
          return { at: Math.round(Number(seconds) * 1000), status: Number(status), path };
        }),
  };
}
