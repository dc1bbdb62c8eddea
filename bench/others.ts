import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Line } from './figures.js';
import { IN_FLIGHT, LATENCY_MS, shareOf } from './latency.js';
import { access, startPortal } from './measure.js';
import { type Bench, everyRow, run } from './run.js';

/** A way in which people do without this program. Each sends the orders of a file and checks nothing. */
interface Other {
  readonly name: string;
  /** Commands that must be there, each with what proves it. */
  readonly needs: readonly (readonly [string, ...string[]])[];
  /** For each case: the slowest take a minute for what the others do in a second. */
  readonly rows: Readonly<Record<keyof typeof CASES, number>>;
  readonly command: (
    file: string,
    url: string,
    senders: number,
    folder: string,
  ) => readonly [string, ...string[]];
}

/** Where the sender is what holds things up, and where the portal is. */
const CASES = {
  'zero latency': { latencyMs: 0, senders: 20 },
  'latency-bound': { latencyMs: LATENCY_MS, senders: IN_FLIGHT },
} as const;
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
    rows: { 'zero latency': 5_000, 'latency-bound': 2_500 },
    command: (file, url, senders) => [
      'python3',
      // The sources are beside the compiled bench: tsc copies no Python.
      fileURLToPath(new URL('../../bench/threads.py', import.meta.url)),
      file,
      saveUrl(url),
      String(senders),
    ],
  },
  {
    name: 'curl under xargs',
    needs: [
      ['xargs', '--version'],
      ['curl', '--version'],
    ],
    rows: { 'zero latency': 1_000, 'latency-bound': 1_000 },
    command: (file, url, senders) =>
      shell(`tail -n +2 "$1" | cut -d, -f1 | xargs -P ${senders} -I {} ${CURL}`, file, saveUrl(url)),
  },
  {
    name: 'curl under GNU parallel',
    needs: [
      ['parallel', '--version'],
      ['curl', '--version'],
    ],
    rows: { 'zero latency': 1_000, 'latency-bound': 1_000 },
    command: (file, url, senders) =>
      shell(
        `tail -n +2 "$1" | cut -d, -f1 | parallel --will-cite -j ${senders} ${CURL.replace('"$2"', saveUrl(url)).replaceAll('"', '\\"')}`,
        file,
      ),
  },
  {
    name: 'newman',
    needs: [['newman', '--version']],
    // It sends one after the other.
    rows: { 'zero latency': 300, 'latency-bound': 50 },
    command: (file, url, _senders, folder) => {
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
    for (const name of Object.keys(CASES) as (keyof typeof CASES)[])
      lines.push(await against(bench, other, name));
  }
  return lines;
}

/** Whole processes are compared, but at a slow portal only what is sent: how long each takes to begin is told by `start`. */
async function against(
  bench: Bench,
  { name, rows: rowsOf, command }: Other,
  inCase: keyof typeof CASES,
): Promise<Line> {
  const { latencyMs, senders } = CASES[inCase];
  const rows = rowsOf[inCase];
  const portal = await startPortal({ latencyMs });
  const file = await bench.place.csv(rows);
  const counted = async () => everyRow(await portal.counted(), rows);
  const ratios: number[] = [];
  for (let pair = 0; pair < bench.pairs; pair++) {
    await portal.counted();
    const begin = performance.now();
    const [program, ...args] = command(file, portal.url, senders, bench.place.folder);
    spawnSync(program, args, { stdio: 'ignore', env: { PATH: process.env['PATH'], ...access(portal.url) } });
    const theirs = (performance.now() - begin) / 1000;
    const theyPlaced = await counted();
    const { seconds } = await run(bench, portal, file, senders);
    const wePlaced = await counted();
    ratios.push(
      latencyMs === 0
        ? theirs / seconds
        : shareOf(rows, wePlaced) / shareOf(rows, { ...theyPlaced, secondAt: theyPlaced.firstAt }),
    );
  }
  portal.close();
  const what = `${name}, ${inCase}, ${rows.toLocaleString('en')} rows: times as fast as it`;
  return { what, values: ratios, unit: '', target: '> 1' };
}
