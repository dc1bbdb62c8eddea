import { resolve } from 'node:path';
import { existingBatch, openExisting } from '../batch/existing-ledger.js';
import type { Call, Ending } from '../cli/call.js';
import { besideInput } from '../cli/config.js';
import { assertWritable } from '../output/atomic-file.js';
import { countRows } from '../output/counts.js';
import { writeResults } from '../output/results.js';

/** Writes a batch's results CSV again, from the ledger. */
export async function results(call: Call<'ledger' | 'sandbox' | 'out'>): Promise<Ending> {
  const { options, cwd, subject } = call;
  const ledger = await openExisting(call);
  const batch = await existingBatch(ledger, subject);
  const ending = options.sandbox ? '.sandbox.results.csv' : '.results.csv';
  const out = resolve(cwd, options.out ?? besideInput(batch.file, ending));
  await assertWritable(out, '--out');
  await writeResults({ ledger, batch }, out);
  const counts = await countRows(ledger, { batch: batch.id, runNo: batch.run_no });
  return { exitCode: 0, json: { batch: batch.id, results: out, ledger: ledger.name, counts }, text: out };
}
