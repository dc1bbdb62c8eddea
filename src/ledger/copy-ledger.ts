import type { Clock } from '../common/clock.js';
import type { LedgerLocation } from './location.js';
import { openWhole } from './open.js';
import { type Copied, type Copying, copyWhole } from './sql/copy-whole.js';

/** Copies a ledger into another, empty one, whole or not at all: nobody else may work with either meanwhile. */
export async function copyLedger(
  source: LedgerLocation,
  target: LedgerLocation,
  copying: Copying & { readonly clock: Clock },
): Promise<Copied> {
  const { clock } = copying;
  const from = await openWhole(source, { clock, as: 'source' });
  try {
    const to = await openWhole(target, { clock, as: 'target' });
    try {
      return await copyWhole(from, to, copying);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}
