import { existsSync } from 'node:fs';
import { Problem } from '../common/errors.js';

/** Commands that only look must not leave an empty ledger behind. */
export function existingLedger(path: string): void {
  if (existsSync(path)) return;
  throw new Problem('no_ledger', `There is no ledger ${path}.`, {
    remedy: 'Name the one that the runs used with --ledger, or add --sandbox where they did.',
  });
}
