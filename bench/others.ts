import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Line } from './figures.js';
import { access, startPortal } from './measure.js';
import { type Bench, run } from './run.js';

/** A way in which people do without this program. Each sends the orders of a file and checks nothing. */
interface Other {
  readonly name: string;
  /** Commands that must be there, each with what proves it. */
  readonly needs: readonly (readonly [string, ...string[]])[];
  readonly rows: number;
  readonly command: (file: string, url: string, folder: string) => readonly [string, ...string[]];
}

const SENDERS = 20;
const CURL = `curl -s -o /dev/null -d '{"productNo":"{}"}' "$2"`;
const shell = (script: string, ...args: readonly string[]): [string, ...string[]] => [
  'sh',
  '-c',
  script,
  'sh',
  ...args,
];
const saveUrl = (url: string): string => `${url}/order/openapi/order/v1/save`;

const OTHERS: readonly Other[] = [
  {
    name: 'Python requests in a thread pool',
    needs: [['python3', '-c', 'import requests']],
    rows: 5_000,
    command: (file, url) => [
      'python3',
      // The sources are beside the compiled bench: tsc copies no Python.
      fileURLToPath(new URL('../../bench/threads.py', import.meta.url)),
      file,
      saveUrl(url),
      String(SENDERS),
    ],
  },
  {
    name: 'curl under xargs',
    needs: [
      ['xargs', '--version'],
      ['curl', '--version'],
    ],
    rows: 1_000,
    command: (file, url) =>
      shell(`tail -n +2 "$1" | cut -d, -f1 | xargs -P ${SENDERS} -I {} ${CURL}`, file, saveUrl(url)),
  },
  {
    name: 'curl under GNU parallel',
    needs: [
      ['parallel', '--version'],
      ['curl', '--version'],
    ],
    rows: 1_000,
    command: (file, url) =>
      shell(
        `tail -n +2 "$1" | cut -d, -f1 | parallel --will-cite -j ${SENDERS} ${CURL.replace('"$2"', saveUrl(url)).replaceAll('"', '\\"')}`,
        file,
      ),
  },
  {
    name: 'newman',
    needs: [['newman', '--version']],
    rows: 300,
    command: (file, url, folder) => {
      const collection = join(folder, 'newman.json');
      writeFileSync(collection, JSON.stringify(newmanCollection(saveUrl(url))));
      return ['newman', 'run', collection, '-d', file, '--silent'];
    },
  },
];

const newmanCollection = (url: string): unknown => ({
  info: { name: 'orders', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  item: [
    { name: 'order', request: { method: 'POST', url, body: { mode: 'raw', raw: '{"productNo":"{{sn}}"}' } } },
  ],
});

/** How many times as fast as what else people use, where that is installed. */
export async function others(bench: Bench): Promise<Line[]> {
  const lines: Line[] = [];
  for (const other of OTHERS) {
    const missing = other.needs.filter(([command, ...args]) => spawnSync(command, args).status !== 0);
    if (missing.length > 0) {
      bench.note(`Left out: ${other.name} (${missing.map(([command]) => command).join(', ')} not found).`);
      continue;
    }
    lines.push(await against(bench, other));
  }
  return lines;
}

async function against(bench: Bench, { name, rows, command }: Other): Promise<Line> {
  const portal = await startPortal();
  const file = await bench.place.csv(rows);
  const ratios: number[] = [];
  for (let pair = 0; pair < bench.pairs; pair++) {
    await portal.counted();
    const begin = performance.now();
    const [program, ...args] = command(file, portal.url, bench.place.folder);
    spawnSync(program, args, { stdio: 'ignore', env: { PATH: process.env['PATH'], ...access(portal.url) } });
    const theirs = (performance.now() - begin) / 1000;
    const { orders } = await portal.counted();
    if (orders !== rows) throw new Error(`${name} placed ${orders} orders for ${rows} rows`);
    ratios.push(theirs / (await run(bench, portal, file, SENDERS)).seconds);
  }
  portal.close();
  const what = `${name}, ${rows.toLocaleString('en')} rows: times as fast as it`;
  return { what, values: ratios, unit: '', target: '> 1' };
}
