import { resolve } from 'node:path';
import { existingLedger } from '../batch/existing-ledger.js';
import type { Io } from '../cli/io.js';
import type { Clock } from '../common/clock.js';
import type { BatchId } from '../common/ids.js';
import { openLedger } from '../ledger/ledger.js';
import { assertWritable } from '../output/atomic-file.js';
import { unknownBatch } from './status.js';

export interface ReportOptions {
  readonly batch: string;
  readonly out: string | undefined;
  readonly ledger: string;
  readonly sandbox: boolean;
  readonly cwd: string;
}

/** Writes a batch's report, one HTML page, from the ledger. Reads only: it may run beside a run. */
export async function report(options: ReportOptions, io: Io, clock: Clock): Promise<number> {
  existingLedger(options.ledger);
  const { sandbox } = options;
  const ledger = await openLedger(options.ledger, sandbox ? 'sandbox' : 'portal', clock);
  try {
    const batch = await ledger.read.batch(options.batch as BatchId);
    if (batch === undefined) throw unknownBatch(options.batch, options.ledger);
    const out = resolve(options.cwd, options.out ?? `${batch.file.replace(/\.[^./\\]*$/, '')}.report.html`);
    await assertWritable(out, '--out');
    const { writeReport } = await import('../report/write-report.js');
    await writeReport({ ledger, batch, sandbox, now: clock.now() }, out);
    io.print(out);
    return 0;
  } finally {
    await ledger.close();
  }
}
