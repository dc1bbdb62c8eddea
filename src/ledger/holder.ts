import { EXIT, Problem } from '../common/errors.js';

/** Who works with a ledger, for the one who has to wait. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Epoch ms. */
  readonly started_at: number;
}

export const sayHolder = (holder: Holder): string =>
  `process ${holder.pid} on ${holder.host}, started ${new Date(holder.started_at).toISOString()}`;

/** @param what what is in use, such as "The ledger /data/ledger.db" */
export function heldBy(holder: Holder | undefined, what: string): Problem {
  const who = holder === undefined ? 'another run' : sayHolder(holder);
  return new Problem('ledger_held', `${what} is in use by ${who}.`, {
    remedy: 'Wait until that run has ended, or let this one wait for it with --lock-wait 10m.',
    exitStatus: EXIT.ledgerHeld,
  });
}
