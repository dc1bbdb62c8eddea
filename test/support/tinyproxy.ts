import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runServer, whereIs } from './run-server.js';
import { closedPort } from './servers.js';
import { temporaryFolder } from './temp-folder.js';

const TINYPROXY = whereIs('tinyproxy', '-v');
export const hasTinyproxy = TINYPROXY !== undefined;

export interface Tinyproxy {
  /** Its host and port. */
  readonly host: string;
  /** What it connected clients to, such as `portal.test:443`, in order. */
  readonly connected: () => string[];
}

/** A real proxy that wants a user name and a password. */
export async function tinyproxyForTest(user: string, password: string): Promise<Tinyproxy> {
  if (TINYPROXY === undefined) throw new Error('tinyproxy is not installed');
  const folder = temporaryFolder();
  const port = await closedPort();
  const [config, log] = [join(folder, 'tinyproxy.conf'), join(folder, 'tinyproxy.log')];
  const lines = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'Allow 127.0.0.1',
    'Timeout 60',
    'LogLevel Connect',
    `LogFile "${log}"`,
    `BasicAuth ${user} ${password}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  await runServer(TINYPROXY, ['-d', '-c', config], port);
  return {
    host: `127.0.0.1:${port}`,
    connected: () =>
      [...readFileSync(log, 'utf8').matchAll(/CONNECT (\S+) HTTP/g)].map(([, target = '']) => target),
  };
}
