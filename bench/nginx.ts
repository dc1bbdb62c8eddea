import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  LOG,
  type Logged,
  type NginxLimit,
  nginxConfig,
  readLog,
  sharesOf,
} from '../test/support/nginx-limit.js';
import { freePort } from '../test/support/start-postgres.js';
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
      const front = await startNginx(bench, portal, { perSecond: PER_SECOND, more: directive, status });
      await run(bench, { ...portal, url: front.url }, file, 50);
      everyRow(await portal.counted(), ROWS);
      const shares = sharesOf(front.stop(), ROWS, PER_SECOND);
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

let fronts = 0;

async function startNginx(
  bench: Bench,
  portal: Portal,
  limit: NginxLimit,
): Promise<{ readonly url: string; readonly stop: () => readonly Logged[] }> {
  const folder = join(bench.place.folder, `nginx-${++fronts}`);
  mkdirSync(folder);
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfig(folder, port, portal.url, limit));
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
      return readLog(readFileSync(join(folder, LOG), 'utf8')).slice(1);
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
