import { resolve } from 'node:path';
import { existingBatch, type LedgerCall, openExisting } from '../batch/existing-ledger.js';
import type { Call, Ending } from '../cli/call.js';
import { besideInput } from '../cli/config.js';
import { assertWritable } from '../output/atomic-file.js';
import { costOf } from '../output/cost.js';
import { lastPrice } from '../output/price.js';

/** Writes a batch's report, one HTML page, from the ledger. Reads only: it may run beside a run. */
export async function report(call: LedgerCall & Pick<Call<'out'>, 'subject' | 'options'>): Promise<Ending> {
  const { options, cwd, subject, clock } = call;
  const { sandbox } = options;
  const ledger = await openExisting(call);
  const batch = await existingBatch(ledger, subject);
  const ending = sandbox ? '.sandbox.report.html' : '.report.html';
  const out = resolve(cwd, options.out ?? besideInput(batch.file, ending));
  await assertWritable(out, '--out');
  const { writeReport } = await import('../report/write-report.js');
  const price = lastPrice(await ledger.runs.ofBatch(batch.id));
  const cost = await costOf(ledger, { batch: batch.id, runNo: batch.run_no });
  await writeReport({ ledger, batch, sandbox, price, cost, now: clock.now() }, out);
  return { exitCode: 0, json: { batch: batch.id, report: out, ledger: ledger.name }, text: out };
}
