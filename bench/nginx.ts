import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Line } from './figures.js';
import { type Portal, startPortal } from './measure.js';
import { type Bench, everyRow, run } from './run.js';

const PER_SECOND = 40;
/** A minute's half: the limit is found once in it. */
const ROWS = 1_200;

/** How nginx turns away what is too fast, and how much of it may be turned away. */
const KINDS = [
  { what: 'no burst, 503', directive: '', status: 503, refused: '<= 0.1' },
  { what: 'no burst, 429', directive: '', status: 429, refused: '<= 0.05' },
  { what: 'a burst of 20, 503', directive: 'burst=20 nodelay', status: 503, refused: '<= 0.1' },
  { what: 'a burst of 20, 429', directive: 'burst=20 nodelay', status: 429, refused: '<= 0.05' },
] as const;

/** nginx' limit_req in front of the portal, which the program is not told: the share that is used, and what is refused. */
export async function nginx(bench: Bench): Promise<Line[]> {
  if (spawnSync('nginx', ['-v']).error !== undefined) {
    bench.note('Left out: nginx (not found).');
    return [];
  }
  const lines: Line[] = [];
  const file = await bench.place.csv(ROWS);
  for (const { what, directive, status, refused } of KINDS) {
    const used: number[] = [];
    const turnedAway: number[] = [];
    for (let time = 0; time < Math.min(2, bench.pairs); time++) {
      const portal = await startPortal({ latencyMs: 20 });
      const front = await startNginx(bench, portal, `limit_req zone=portal ${directive}`, status);
      await run(bench, { ...portal, url: front.url }, file, 50);
      everyRow(await portal.counted(), ROWS);
      const shares = sharesOf(front.stop(), status);
      used.push(shares.used);
      turnedAway.push(shares.refused);
      portal.close();
    }
    const name = `nginx, ${PER_SECOND} r/s, ${what}`;
    lines.push(
      { what: `${name}: share used while there are new rows`, values: used, unit: '', target: '>= 0.9' },
      { what: `${name}: share refused`, values: turnedAway, unit: '', target: refused },
    );
  }
  return lines;
}

/** A request as nginx logged it: when it was done, epoch ms. */
interface Logged {
  readonly at: number;
  readonly status: number;
  readonly path: string;
}

/** What is used of the limit while there are rows that were not sent before: lost answers (503) are settled later. */
function sharesOf(log: readonly Logged[], refusal: number): { used: number; refused: number } {
  const sends = log.filter(({ path }) => path.endsWith('/save'));
  const [first, last] = [sends[0]?.at ?? 0, sends[ROWS - 1]?.at ?? 0];
  const taken = log.filter(({ at, status }) => status < 300 && at > first && at <= last);
  return {
    used: taken.length / ((PER_SECOND * (last - first)) / 1_000),
    refused: log.filter(({ status }) => status === refusal).length / log.length,
  };
}

let fronts = 0;

async function startNginx(
  bench: Bench,
  portal: Portal,
  limit: string,
  status: number,
): Promise<{ readonly url: string; readonly stop: () => readonly Logged[] }> {
  const name = `nginx-${++fronts}`;
  const folder = bench.place.folder;
  const log = join(folder, `${name}.log`);
  const port = await freePort();
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  const file = join(folder, `${name}.conf`);
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/${name}.pid; error_log ${folder}/${name}.error;
events { worker_connections 512; }
http {
  log_format told '$msec $status $uri'; access_log ${log} told; ${temp}
  limit_req_zone $binary_remote_addr zone=portal:1m rate=${PER_SECOND}r/s;
  limit_req_status ${status};
  server { listen 127.0.0.1:${port}; location / { ${limit}; proxy_pass ${portal.url}; } }
}
`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', file], { stdio: 'ignore' });
  await Promise.race([
    answers(port),
    once(child, 'exit').then(() => Promise.reject(new Error('nginx ended'))),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      child.kill();
      // The first request is the one that asked whether it runs.
      const lines = readFileSync(log, 'utf8').trim().split('\n').slice(1);
      return lines.map((line) => {
        const [seconds, told, path = ''] = line.split(' ');
        return { at: Math.round(Number(seconds) * 1_000), status: Number(told), path };
      });
    },
  };
}

async function answers(port: number): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/bench/ready`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
