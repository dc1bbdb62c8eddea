import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { startServer } from '../test/support/start-postgres.js';
import type { Line } from './figures.js';
import { IN_FLIGHT, LATENCY_MS, shareOf } from './latency.js';
import { access, PROGRAM, startPortal } from './measure.js';
import { type Bench, everyRow, run } from './run.js';

const WORKERS = [1, 2, 3];

/** A ledger on PostgreSQL: rows a second with 1, 2 and 3 workers (the run's own process is one), and the share of the ideal. */
export async function shared(bench: Bench): Promise<Line[]> {
  const server = await startServer();
  try {
    return [...(await withWorkers(bench, server.url)), await ofTheIdeal(bench, server.url)];
  } finally {
    await server.end();
  }
}

let ledgers = 0;
const newLedger = (url: string): string => `${url}?schema=bench_${++ledgers}`;

async function withWorkers(bench: Bench, url: string): Promise<Line[]> {
  const rows = 10_000;
  const portal = await startPortal();
  const ledger = newLedger(url);
  // The first run makes the schema, which workers do not.
  await run(bench, portal, await bench.place.csv(1), 20, { ledger });
  const lines: Line[] = [];
  let from = 1;
  const workers: ChildProcess[] = [];
  try {
    for (const count of WORKERS) {
      if (count > 1) workers.push(await startWorker(bench, portal.url, ledger));
      const values: number[] = [];
      for (let time = 0; time < Math.min(3, bench.pairs); time++) {
        const file = await bench.place.csv(rows, from);
        from += rows;
        await run(bench, portal, file, 20, { ledger });
        const { secondAt, lastAt } = everyRow(await portal.counted(), rows);
        values.push(rows / ((lastAt - secondAt) / 1000));
      }
      const what = `PostgreSQL, ${count} worker${count === 1 ? '' : 's'}: rows/s while sending`;
      lines.push({ what, values, unit: '', target: '' });
    }
  } finally {
    for (const worker of workers) worker.kill();
    portal.close();
  }
  return lines;
}

/** @returns when it waits for rows */
async function startWorker(bench: Bench, portal: string, ledger: string): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [PROGRAM, 'work', '--ledger', ledger], {
    cwd: bench.place.folder,
    env: { PATH: process.env['PATH'], ...access(portal) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (worker.stderr === null) throw new Error('the worker has no stderr');
  await once(worker.stderr, 'data');
  worker.stderr.resume();
  return worker;
}

async function ofTheIdeal(bench: Bench, url: string): Promise<Line> {
  const rows = 5_000;
  const portal = await startPortal({ latencyMs: LATENCY_MS });
  const file = await bench.place.csv(rows);
  const values: number[] = [];
  for (let time = 0; time < Math.min(3, bench.pairs); time++) {
    await run(bench, portal, file, IN_FLIGHT, { ledger: newLedger(url) });
    values.push(shareOf(rows, everyRow(await portal.counted(), rows)));
  }
  portal.close();
  return {
    what: 'PostgreSQL, latency-bound: share of the ideal, canary left out',
    values,
    unit: '',
    target: '>= 0.95',
  };
}
