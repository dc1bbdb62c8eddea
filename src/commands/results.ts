import { resolve } from 'node:path';
import { existingLedger } from '../batch/existing-ledger.js';
import type { Io } from '../cli/io.js';
import type { Clock } from '../common/clock.js';
import type { BatchId } from '../common/ids.js';
import { openLedger } from '../ledger/ledger.js';
import { assertWritable } from '../output/atomic-file.js';
import { writeResults } from '../output/results.js';
import { unknownBatch } from './status.js';

export interface ResultsOptions {
  readonly batch: string;
  readonly out: string | undefined;
  readonly ledger: string;
  readonly sandbox: boolean;
  readonly cwd: string;
}

/** Writes a batch's results CSV again, from the ledger. */
export async function results(options: ResultsOptions, io: Io, clock: Clock): Promise<number> {
  existingLedger(options.ledger);
  const ledger = await openLedger(options.ledger, options.sandbox ? 'sandbox' : 'portal', clock);
  try {
    const batch = await ledger.read.batch(options.batch as BatchId);
    if (batch === undefined) throw unknownBatch(options.batch, options.ledger);
    const out = resolve(options.cwd, options.out ?? `${batch.file.replace(/\.[^./\\]*$/, '')}.results.csv`);
    await assertWritable(out, '--out');
    await writeResults({ ledger, batch }, out);
    io.print(out);
    return 0;
  } finally {
    await ledger.close();
  }
}
