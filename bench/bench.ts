import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Line, TABLE_HEAD, tableRow } from './figures.js';
import { latency, slowDisk } from './latency.js';
import { workplace } from './measure.js';
import { nginx } from './nginx.js';
import { others } from './others.js';
import { cpu, pace, size } from './parts.js';
import type { Bench } from './run.js';
import { shared } from './shared.js';
import { start } from './start.js';

/** `npm run bench -- [part ...] [--pairs n] [--largest rows]`: all parts where none is named. */
const PARTS: Readonly<Record<string, (bench: Bench) => Promise<Line[]>>> = {
  latency,
  pace,
  nginx,
  cpu,
  others,
  shared,
  size,
  'slow-disk': slowDisk,
  start,
};

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'string', default: '5' }, largest: { type: 'string', default: '100000' } },
});
const unknown = positionals.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}: ${Object.keys(PARTS).join(', ')}.\n`);
  process.exit(2);
}
const place = workplace();
const bench: Bench = { place, pairs: Number(values.pairs), largest: Number(values.largest), note: say };
try {
  const { node, v8 } = process.versions;
  say(`Node ${node} (V8 ${v8}), ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}\n`);
  say(TABLE_HEAD);
  for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
    for (const line of (await PARTS[name]?.(bench)) ?? []) say(tableRow(line));
  }
} finally {
  place.clear();
}
