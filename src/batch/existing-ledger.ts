import type { Call } from '../cli/call.js';
import { Problem } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import type { Ledger } from '../ledger/ledger.js';
import { type LedgerLocation, readLocation } from '../ledger/location.js';
import { openLedger, takeLedger } from '../ledger/open.js';
import type { BatchRecord } from '../ledger/schema.js';

export type LedgerCall = Pick<
  Call<'ledger' | 'sandbox'>,
  'options' | 'environment' | 'cwd' | 'clock' | 'releasers'
>;

/** The ledger that the options name, the sandbox's with --sandbox. */
export const ledgerLocation = ({
  options,
  environment,
  cwd,
}: Pick<LedgerCall, 'options' | 'environment' | 'cwd'>): LedgerLocation =>
  readLocation(options.ledger, cwd, options.sandbox ? 'sandbox' : 'portal', environment);

/** Opens an existing ledger to look at it; it is closed when the command ends. */
export async function openExisting(call: LedgerCall): Promise<Ledger> {
  const ledger = await openLedger(ledgerLocation(call), call.clock);
  call.releasers.add(ledger.close);
  return ledger;
}

/** Takes an existing ledger for a batch; it is closed when the command ends. */
export async function takeExisting(
  call: Pick<Call<'ledger' | 'sandbox' | 'lockWait'>, keyof LedgerCall | 'io'>,
  batch: string,
): Promise<Ledger> {
  const { options, clock, releasers, io } = call;
  const taking = {
    batch: batch as BatchId,
    clock,
    lockWait: options.lockWait,
    existing: true,
    warn: io.warn,
  };
  const ledger = await takeLedger(ledgerLocation(call), taking);
  releasers.add(ledger.close);
  return ledger;
}

/** A batch of the ledger, by the name that the user typed. */
export async function existingBatch(ledger: Ledger, name: string): Promise<BatchRecord> {
  const batch = await ledger.read.batch(name as BatchId);
  if (batch !== undefined) return batch;
  throw new Problem('unknown_batch', `The ledger ${ledger.name} has no batch "${name}".`, {
    remedy: 'The command `status` lists its batches.',
  });
}
