import { type Line, median } from './figures.js';
import { access, type Measured, measure, SCRIPT, startPortal } from './measure.js';
import { type Bench, everyRow, run } from './run.js';

/** A limit that the program is not told. */
const HIDDEN_LIMIT = 40;

export async function pace(bench: Bench): Promise<Line[]> {
  const rows = 2_400;
  const file = await bench.place.csv(rows);
  const used: number[] = [];
  const refusedShare: number[] = [];
  // A run takes a minute: two show whether it holds.
  for (let pair = 0; pair < Math.min(2, bench.pairs); pair++) {
    const portal = await startPortal({ latencyMs: 20, limit: HIDDEN_LIMIT });
    await run(bench, portal, file, 50);
    const { refused, firstAt, lastAt } = everyRow(await portal.counted(), rows);
    portal.close();
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

export async function cpu(bench: Bench): Promise<Line[]> {
  const rows = 20_000;
  const portal = await startPortal();
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
    everyRow(await portal.counted(), rows);
    ratios.push(script.seconds / program.seconds);
    own.push(rows / program.seconds);
    theirs.push(rows / script.seconds);
    ownCpu.push((program.cpuS / rows) * 1000);
    theirCpu.push((script.cpuS / rows) * 1000);
  }
  portal.close();
  return [
    {
      what: 'CPU-bound, 20,000 rows: rows/s against the axios script',
      values: ratios,
      unit: '',
      target: '>= 1.6',
    },
    { what: 'rows/s, this program', values: own, unit: '', target: '' },
    { what: 'rows/s, axios script', values: theirs, unit: '', target: '' },
    { what: 'CPU seconds a 1,000 rows, this program', values: ownCpu, unit: 's', target: '<= 0.2 s' },
    { what: 'CPU seconds a 1,000 rows, axios script', values: theirCpu, unit: 's', target: '' },
  ];
}

const SIZES = [1_000, 10_000, 100_000, 1_000_000];

export async function size(bench: Bench): Promise<Line[]> {
  const portal = await startPortal();
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
      { what: `${shown} rows: peak memory`, values: peak, unit: 'MB', target: '< 250 MB' },
    );
    const dry = await run(bench, portal, file, 20, { args: ['--dry-run'] });
    const target = rows === 1_000_000 ? '<= 10 s' : '';
    lines.push({ what: `${shown} rows: dry run`, values: [dry.seconds], unit: 's', target });
  }
  const ratio = (of: Map<number, number>): number => (of.get(bench.largest) ?? 0) / (of.get(10_000) ?? 1);
  if (bench.largest > 10_000) {
    lines.push(
      { what: 'memory, largest against 10,000', values: [ratio(peaks)], unit: '', target: '<= 1.2' },
      { what: 'rows/s, largest against 10,000', values: [ratio(speeds)], unit: '', target: '>= 0.9' },
    );
  }
  portal.close();
  return lines;
}
