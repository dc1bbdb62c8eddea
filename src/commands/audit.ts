import { resolve } from 'node:path';
import { existingBatch, type LedgerCall, openExisting } from '../batch/existing-ledger.js';
import { thisProgram } from '../batch/note-run.js';
import type { Call, Ending } from '../cli/call.js';
import { Problem } from '../common/errors.js';

/** Everything about a batch for an auditor or the vendor, in a folder with a manifest. Reads only. */
export async function audit(call: LedgerCall & Pick<Call<'out'>, 'subject' | 'options'>): Promise<Ending> {
  const { options, cwd, subject, clock } = call;
  if (options.out === undefined) {
    throw new Problem(
      'wrong_usage',
      'The folder is missing, as in `yeastar-batch audit june --out june-audit`.',
      {
        remedy: 'Name one that does not exist yet with --out.',
      },
    );
  }
  const ledger = await openExisting(call);
  const batch = await existingBatch(ledger, subject);
  const folder = resolve(cwd, options.out);
  const { writeAudit, MANIFEST } = await import('../audit/write-audit.js');
  const source = { ledger, batch, sandbox: options.sandbox, now: clock.now(), program: thisProgram() };
  const files = await writeAudit(source, folder);
  return {
    exitCode: 0,
    json: { batch: batch.id, ledger: ledger.name, folder, manifest: MANIFEST, files },
    text: [folder, ...files.map(({ file, sha256 }) => `  ${file.padEnd(12)} SHA-256 ${sha256}`)].join('\n'),
  };
}
