import { Problem } from '../common/errors.js';

/** A ledger is for real orders or for the sandbox's; one never serves for the other. */
export type LedgerKind = 'portal' | 'sandbox';

export const anotherKind = (name: string, found: LedgerKind): Problem =>
  new Problem(
    'ledger_of_another_kind',
    found === 'sandbox'
      ? `The ledger ${name} holds the sandbox's orders.`
      : `The ledger ${name} holds real orders.`,
    { remedy: 'Name another ledger with --ledger: real and simulated orders are never mixed.' },
  );

export const noLedger = (name: string): Problem =>
  new Problem('no_ledger', `There is no ledger ${name}.`, {
    remedy: 'Name the ledger of the runs with --ledger, or add --sandbox if they used it.',
  });
