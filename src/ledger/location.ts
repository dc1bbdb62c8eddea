import { basename, dirname, extname, resolve } from 'node:path';
import type { LedgerKind } from './kind.js';
import { isPostgresUrl, type PostgresLocation, postgresLocation } from './postgres/location.js';

export interface SqliteLocation {
  readonly backend: 'sqlite';
  readonly name: string;
  readonly kind: LedgerKind;
  readonly path: string;
  readonly files: readonly (readonly [string, string])[];
  readonly simulatedOrders: string;
}

/**
 * Where a ledger is. `name` is what is shown of it; `files` are those that no other file of a run may be, each with what
 * it is called; `simulatedOrders` is where a simulated portal keeps its orders from one run to the next.
 */
export type LedgerLocation = SqliteLocation | PostgresLocation;

/**
 * Reads what --ledger says.
 * @param cwd what a path is relative to
 * @param kind the sandbox has a ledger of its own beside the real one
 * @param environment has what the address of a database leaves out, such as PGPASSWORD
 */
export function readLocation(
  ledger: string,
  cwd: string,
  kind: LedgerKind,
  environment: Readonly<Record<string, string | undefined>>,
): LedgerLocation {
  if (isPostgresUrl(ledger)) return postgresLocation(ledger, cwd, kind, environment);
  const path = kind === 'sandbox' ? neighbour(resolve(cwd, ledger)) : resolve(cwd, ledger);
  return {
    backend: 'sqlite',
    name: path,
    kind,
    path,
    files: [
      ['--ledger', path],
      ["the ledger's lock", `${path}.lock`],
    ],
    simulatedOrders: path.replace(/(\.[^./\\]*)?$/, '.orders.jsonl'),
  };
}

/** `x.db` stands for `x.sandbox.db`, which may be named too. */
function neighbour(path: string): string {
  const name = basename(path, extname(path));
  return name.endsWith('.sandbox') ? path : resolve(dirname(path), `${name}.sandbox${extname(path)}`);
}
