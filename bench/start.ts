import { spawnSync } from 'node:child_process';
import type { Line } from './figures.js';
import { type Portal, PROGRAM, startPortal } from './measure.js';
import { type Bench, everyRow, run } from './run.js';

/** Orders that are at the portal when a migration goes on. */
const OLDER = 1_000;
const ANSWER_MS = 20;

/** How soon a run begins: `--help` against a bare Node, and the first order, as whole processes. */
export async function start(bench: Bench): Promise<Line[]> {
  const timed = (args: readonly string[]): number => {
    const begin = performance.now();
    spawnSync(process.execPath, args);
    return performance.now() - begin;
  };
  const times = bench.pairs * 3;
  const help = Array.from({ length: times }, () => timed([PROGRAM, '--help']) - timed(['-e', '0']));
  const empty = await startPortal();
  const first = await firstOrders(bench, empty, times, () => undefined);
  empty.close();
  const used = await startPortal({ latencyMs: ANSWER_MS, slowAll: true, older: OLDER });
  // The first run of a ledger reads them; what it keeps of them is there for the next.
  await run(bench, used, await bench.place.csv(1), 20, { ledger: 'used.db' });
  const again = await firstOrders(bench, used, times, () => 'used.db');
  used.close();
  return [
    { what: '--help, more than a bare Node', values: help, unit: 'ms', target: '<= 150 ms' },
    { what: 'process start to first order', values: first, unit: 's', target: '<= 0.4 s' },
    {
      what: `the same, ${OLDER} older orders and ${ANSWER_MS} ms an answer, later run`,
      values: again,
      unit: 's',
      target: '<= 0.6 s',
    },
  ];
}

async function firstOrders(
  bench: Bench,
  portal: Portal,
  times: number,
  ledger: () => string | undefined,
): Promise<number[]> {
  const values: number[] = [];
  for (let time = 0; time < times; time++) {
    const rows = 12;
    const file = await bench.place.csv(rows, 1_000 + time * rows);
    const { startedAt } = await run(bench, portal, file, 20, { ledger: ledger() });
    values.push((everyRow(await portal.counted(), rows).firstAt - startedAt) / 1000);
  }
  return values;
}
