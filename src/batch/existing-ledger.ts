import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Call } from '../cli/call.js';
import { ledgerPath } from '../cli/config.js';
import { Problem } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import { type Ledger, openLedger } from '../ledger/ledger.js';
import type { BatchRecord } from '../ledger/schema.js';

export type LedgerCall = Pick<Call<'ledger' | 'sandbox'>, 'options' | 'cwd' | 'clock' | 'releasers'>;

/** The ledger that the options name, the sandbox's with --sandbox. Commands that only look must not leave an empty one behind. */
export function existingLedgerPath({ options, cwd }: Pick<LedgerCall, 'options' | 'cwd'>): string {
  const path = ledgerPath(resolve(cwd, options.ledger), options.sandbox);
  if (existsSync(path)) return path;
  throw new Problem('no_ledger', `There is no ledger ${path}.`, {
    remedy: 'Name the ledger of the runs with --ledger, or add --sandbox if they used it.',
  });
}

/** Opens an existing ledger; it is closed when the command ends. */
export async function openExisting(call: LedgerCall, path = existingLedgerPath(call)): Promise<Ledger> {
  const ledger = await openLedger(path, call.options.sandbox ? 'sandbox' : 'portal', call.clock);
  call.releasers.add(ledger.close);
  return ledger;
}

/** A batch of the ledger, by the name that the user typed. */
export async function existingBatch(ledger: Ledger, path: string, name: string): Promise<BatchRecord> {
  const batch = await ledger.read.batch(name as BatchId);
  if (batch !== undefined) return batch;
  throw new Problem('unknown_batch', `The ledger ${path} has no batch "${name}".`, {
    remedy: 'The command `status` lists its batches.',
  });
}
