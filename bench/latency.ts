import type { Line } from './figures.js';
import { access, type Counted, measure, SCRIPT, SLOW_DISK, startPortal } from './measure.js';
import { type Bench, everyRow, run } from './run.js';

export const LATENCY_MS = 100;
export const IN_FLIGHT = 50;

/** What an endless number of senders could not do better: rows x latency / senders. */
const idealSeconds = (rows: number): number => (rows * LATENCY_MS) / 1000 / IN_FLIGHT;

/** The share of the ideal, canary left out: from the second order's arrival to the last answer. */
export const shareOf = (rows: number, { secondAt, lastAt }: Counted): number =>
  idealSeconds(rows - 1) / ((lastAt - secondAt) / 1000);

/** What the canary costs: from its arrival to that of the second order. */
const canarySeconds = ({ firstAt, secondAt }: Counted): number => (secondAt - firstAt) / 1000;

export async function latency(bench: Bench): Promise<Line[]> {
  const rows = 5_000;
  const portal = await startPortal({ latencyMs: LATENCY_MS });
  const file = await bench.place.csv(rows);
  const share: number[] = [];
  const scripts: number[] = [];
  const canary: number[] = [];
  const last: number[] = [];
  for (let pair = 0; pair < bench.pairs; pair++) {
    await portal.counted();
    await measure([SCRIPT, file, String(IN_FLIGHT)], { cwd: bench.place.folder, env: access(portal.url) });
    scripts.push(shareOf(rows, everyRow(await portal.counted(), rows)));
    const { endedAt } = await run(bench, portal, file, IN_FLIGHT);
    const counted = everyRow(await portal.counted(), rows);
    share.push(shareOf(rows, counted));
    canary.push(canarySeconds(counted));
    last.push((endedAt - counted.lastAt) / 1000);
  }
  portal.close();
  return [
    {
      what: 'latency-bound: share of the ideal, canary left out',
      values: share,
      unit: '',
      target: '>= 0.98',
    },
    { what: 'latency-bound: the same, axios script', values: scripts, unit: '', target: '' },
    { what: 'the canary, until the next order leaves', values: canary, unit: 's', target: '' },
    { what: 'last answer to exit', values: last, unit: 's', target: '<= 0.5 s' },
  ];
}

export async function slowDisk(bench: Bench): Promise<Line[]> {
  const rows = 2_500;
  const portal = await startPortal({ latencyMs: LATENCY_MS });
  const file = await bench.place.csv(rows);
  const share: number[] = [];
  for (let pair = 0; pair < bench.pairs; pair++) {
    await portal.counted();
    await run(bench, portal, file, IN_FLIGHT, { preload: SLOW_DISK });
    share.push(shareOf(rows, everyRow(await portal.counted(), rows)));
  }
  portal.close();
  return [
    { what: 'slow disk (5 ms a commit): share of the ideal', values: share, unit: '', target: '>= 0.8' },
  ];
}
