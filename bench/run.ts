import { access, type Counted, type Measured, measure, type Place, type Portal, PROGRAM } from './measure.js';

export interface Bench {
  readonly place: Place;
  readonly pairs: number;
  /** The largest file, rows. */
  readonly largest: number;
  readonly note: (text: string) => void;
}

let batches = 0;

/** Places a file's orders as a batch of its own, in a ledger of its own if none is named. */
export async function run(
  bench: Bench,
  portal: Portal,
  file: string,
  concurrency: number,
  more: {
    readonly args?: readonly string[];
    readonly ledger?: string | undefined;
    readonly preload?: string;
  } = {},
): Promise<Measured> {
  const batch = `bench-${++batches}`;
  await portal.counted();
  const { args = [], ledger = `${batch}.db`, ...rest } = more;
  const options = ['--batch', batch, '--ledger', ledger, '--concurrency', String(concurrency)];
  return measure([PROGRAM, file, ...options, ...args], {
    cwd: bench.place.folder,
    env: access(portal.url),
    ...rest,
  });
}

/** A figure is worth nothing if an order is missing or was placed twice. */
export function everyRow(counted: Counted, rows: number): Counted {
  if (counted.orders !== rows) throw new Error(`${counted.orders} orders were placed for ${rows} rows`);
  return counted;
}
