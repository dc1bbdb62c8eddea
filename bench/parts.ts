import { spawnSync } from 'node:child_process';
import { type Line, median } from './figures.js';
import {
  access,
  type Measured,
  measure,
  type Place,
  type Portal,
  PROGRAM,
  SCRIPT,
  SLOW_DISK,
  startPortal,
} from './measure.js';

export interface Bench {
  readonly place: Place;
  readonly pairs: number;
  /** The largest file, rows. */
  readonly largest: number;
  readonly note: (text: string) => void;
}

let batches = 0;

/** Places a file's orders as a batch of its own in a ledger of its own. */
export async function run(
  bench: Bench,
  portal: Portal,
  file: string,
  concurrency: number,
  more: { readonly args?: readonly string[]; readonly preload?: string } = {},
): Promise<Measured> {
  const batch = `bench-${++batches}`;
  await portal.counted();
  const options = ['--batch', batch, '--ledger', `${batch}.db`, '--concurrency', String(concurrency)];
  const { args = [], ...rest } = more;
  return measure([PROGRAM, file, ...options, ...args], {
    cwd: bench.place.folder,
    env: access(portal.url),
    ...rest,
  });
}

const LATENCY_MS = 100;
const IN_FLIGHT = 50;

/** What an endless number of senders could not do better: rows x latency / senders. */
const idealSeconds = (rows: number): number => (rows * LATENCY_MS) / 1000 / IN_FLIGHT;

export async function latency(bench: Bench): Promise<Line[]> {
  const rows = 5_000;
  const portal = await startPortal(LATENCY_MS);
  const file = await bench.place.csv(rows);
  const share: number[] = [];
  const scripts: number[] = [];
  const first: number[] = [];
  const last: number[] = [];
  const shareOf = ({ firstAt, lastAt }: { firstAt: number; lastAt: number }): number =>
    idealSeconds(rows) / ((lastAt - firstAt + LATENCY_MS) / 1000);
  for (let pair = 0; pair < bench.pairs; pair++) {
    await portal.counted();
    await measure([SCRIPT, file, String(IN_FLIGHT)], { cwd: bench.place.folder, env: access(portal.url) });
    scripts.push(shareOf(await portal.counted()));
    const { startedAt, endedAt } = await run(bench, portal, file, IN_FLIGHT);
    const { orders, firstAt, lastAt } = await portal.counted();
    if (orders !== rows) throw new Error(`${orders} orders were placed for ${rows} rows`);
    // From the first order's start: what comes before and after is told apart.
    share.push(shareOf({ firstAt, lastAt }));
    first.push((firstAt - LATENCY_MS - startedAt) / 1000);
    last.push((endedAt - lastAt) / 1000);
  }
  portal.close();
  return [
    { what: 'latency-bound: share of the ideal', values: share, unit: '', target: '>= 0.97' },
    { what: 'latency-bound: the same, axios script', values: scripts, unit: '', target: '' },
    { what: 'process start to first order', values: first, unit: 's', target: '<= 0.6 s' },
    { what: 'last answer to exit', values: last, unit: 's', target: '<= 0.5 s' },
  ];
}

/** A limit that the program is not told. */
const HIDDEN_LIMIT = 40;

export async function pace(bench: Bench): Promise<Line[]> {
  const rows = 2_400;
  const file = await bench.place.csv(rows);
  const used: number[] = [];
  const refusedShare: number[] = [];
  // A run takes a minute: two show whether it holds.
  for (let pair = 0; pair < Math.min(2, bench.pairs); pair++) {
    const portal = await startPortal(20, HIDDEN_LIMIT);
    await run(bench, portal, file, IN_FLIGHT);
    const { orders, refused, firstAt, lastAt } = await portal.counted();
    portal.close();
    if (orders !== rows) throw new Error(`${orders} orders were placed for ${rows} rows`);
    used.push(rows / HIDDEN_LIMIT / ((lastAt - firstAt) / 1000));
    refusedShare.push(refused / (rows + refused));
  }
  return [
    {
      what: 'hidden limit of 40/s: share used, first order to last',
      values: used,
      unit: '',
      target: '>= 0.95',
    },
    { what: 'hidden limit of 40/s: share refused', values: refusedShare, unit: '', target: '<= 0.03' },
  ];
}

export async function slowDisk(bench: Bench): Promise<Line[]> {
  const rows = 2_500;
  const portal = await startPortal(LATENCY_MS);
  const file = await bench.place.csv(rows);
  const share: number[] = [];
  for (let pair = 0; pair < bench.pairs; pair++) {
    await portal.counted();
    await run(bench, portal, file, IN_FLIGHT, { preload: SLOW_DISK });
    const { firstAt, lastAt } = await portal.counted();
    share.push(idealSeconds(rows) / ((lastAt - firstAt + LATENCY_MS) / 1000));
  }
  portal.close();
  return [
    { what: 'slow disk (5 ms a commit): share of the ideal', values: share, unit: '', target: '>= 0.8' },
  ];
}

export async function cpu(bench: Bench): Promise<Line[]> {
  const rows = 20_000;
  const portal = await startPortal(0);
  const file = await bench.place.csv(rows);
  const ratios: number[] = [];
  const own: number[] = [];
  const theirs: number[] = [];
  const ownCpu: number[] = [];
  const theirCpu: number[] = [];
  for (let pair = 0; pair < bench.pairs; pair++) {
    const script = await measure([SCRIPT, file, '20'], { cwd: bench.place.folder, env: access(portal.url) });
    await portal.counted();
    const program = await run(bench, portal, file, 20);
    const { orders } = await portal.counted();
    if (orders !== rows) throw new Error(`${orders} orders were placed for ${rows} rows`);
    ratios.push(script.seconds / program.seconds);
    own.push(rows / program.seconds);
    theirs.push(rows / script.seconds);
    ownCpu.push((program.cpuS / rows) * 1000);
    theirCpu.push((script.cpuS / rows) * 1000);
  }
  portal.close();
  return [
    { what: 'CPU-bound: rows/s against the axios script', values: ratios, unit: '', target: '>= 1.0' },
    { what: 'rows/s, this program', values: own, unit: '', target: '' },
    { what: 'rows/s, axios script', values: theirs, unit: '', target: '' },
    { what: 'CPU seconds a 1,000 rows, this program', values: ownCpu, unit: 's', target: '' },
    { what: 'CPU seconds a 1,000 rows, axios script', values: theirCpu, unit: 's', target: '' },
  ];
}

const SIZES = [1_000, 10_000, 100_000, 1_000_000];

export async function size(bench: Bench): Promise<Line[]> {
  const portal = await startPortal(0);
  const lines: Line[] = [];
  const speeds = new Map<number, number>();
  const peaks = new Map<number, number>();
  for (const rows of SIZES.filter((rows) => rows <= bench.largest)) {
    const file = await bench.place.csv(rows);
    const times = rows > 10_000 ? 1 : Math.min(3, bench.pairs);
    const runs: Measured[] = [];
    for (let i = 0; i < times; i++) runs.push(await run(bench, portal, file, 20));
    const speed = runs.map(({ seconds }) => rows / seconds);
    const peak = runs.map(({ peakMb }) => peakMb);
    speeds.set(rows, median(speed));
    peaks.set(rows, median(peak));
    const shown = rows.toLocaleString('en');
    lines.push(
      { what: `${shown} rows: rows/s`, values: speed, unit: '', target: '' },
      { what: `${shown} rows: peak memory`, values: peak, unit: 'MB', target: '< 200 MB' },
    );
    const dry = await run(bench, portal, file, 20, { args: ['--dry-run'] });
    const target = rows === 1_000_000 ? '< 15 s' : '';
    lines.push({ what: `${shown} rows: dry run`, values: [dry.seconds], unit: 's', target });
  }
  const ratio = (of: Map<number, number>): number => (of.get(bench.largest) ?? 0) / (of.get(10_000) ?? 1);
  if (bench.largest > 10_000) {
    lines.push(
      { what: 'memory, largest against 10,000', values: [ratio(peaks)], unit: '', target: '<= 1.3' },
      { what: 'rows/s, largest against 10,000', values: [ratio(speeds)], unit: '', target: '>= 0.9' },
    );
  }
  portal.close();
  return lines;
}

/** `--help` against a bare Node, as whole processes. */
export async function start(bench: Bench): Promise<Line[]> {
  const timed = (args: readonly string[]): number => {
    const begin = performance.now();
    spawnSync(process.execPath, args);
    return performance.now() - begin;
  };
  const values = Array.from(
    { length: bench.pairs * 3 },
    () => timed([PROGRAM, '--help']) - timed(['-e', '0']),
  );
  return [{ what: '--help, more than a bare Node', values, unit: 'ms', target: '<= 150 ms' }];
}
