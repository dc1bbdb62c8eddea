/** What the test and the bench of nginx' limit_req share: its configuration, its log, and what is read from that. */

/** A request as nginx logged it: when it was done, epoch ms, and what the client was told. */
export interface Logged {
  readonly at: number;
  readonly status: number;
  readonly path: string;
}

export interface NginxLimit {
  readonly perSecond: number;
  /** What follows `limit_req zone=...`. */
  readonly more?: string;
  /** What is said to a request that is turned away; absent: nginx' own, 503. */
  readonly status?: number;
}

export const LOG = 'access.log';

/** The configuration of an nginx before a portal, which keeps all its files in one folder. */
export const nginxConfig = (
  folder: string,
  port: number,
  upstream: string,
  { perSecond, more = '', status }: NginxLimit,
): string =>
  `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  log_format told '$msec $status $uri';
  access_log ${folder}/${LOG} told;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  limit_req_zone $binary_remote_addr zone=portal:1m rate=${perSecond}r/s;
  ${status === undefined ? '' : `limit_req_status ${status};`}
  server {
    listen 127.0.0.1:${port};
    location / { limit_req zone=portal ${more}; proxy_pass ${upstream}; }
  }
}
`;

export const readLog = (text: string): Logged[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [seconds, status, path = ''] = line.split(' ');
      return { at: Math.round(Number(seconds) * 1000), status: Number(status), path };
    });

/**
 * How much of the limit is used while there are rows that were not sent before (lost answers are settled later), and the
 * share that is refused.
 */
export function sharesOf(
  log: readonly Logged[],
  rows: number,
  perSecond: number,
): { readonly used: number; readonly refused: number } {
  const sends = log.filter(({ path }) => path.endsWith('/save'));
  const [first, last] = [sends[0]?.at ?? 0, sends[rows - 1]?.at ?? Number.NaN];
  const taken = log.filter(({ at, status }) => status < 300 && at > first && at <= last);
  return {
    used: taken.length / ((perSecond * (last - first)) / 1_000),
    refused: log.filter(({ status }) => status === 429 || status === 503).length / log.length,
  };
}
