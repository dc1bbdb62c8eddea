import type { Secrets } from '../common/secrets.js';
import { passwordsIn, withoutPassword } from '../ledger/postgres/location.js';
import type { Environment } from './environment.js';
import { variableOf } from './option.js';
import type { Given } from './resolve-options.js';

/** Makes secrets of the passwords of a database, wherever they were given. */
export function keepLedgerSecrets(secrets: Secrets, argv: readonly string[], environment: Environment): void {
  const typed = argv.map((word) => word.replace(/^--\w+=/, ''));
  const addresses = [...typed, environment[variableOf('ledger')] ?? ''];
  for (const password of addresses.flatMap(passwordsIn)) secrets.add(password);
  secrets.add(environment['PGPASSWORD'] ?? '');
}

/**
 * Who types a password shows it to everyone on the machine: from now on the list of processes does not, and commands to
 * type next are without it.
 */
export function hidePassword(given: Given, warn: (text: string) => void): Given {
  const { ledger } = given;
  if (typeof ledger !== 'string' || passwordsIn(ledger).length === 0) return given;
  process.title = 'yeastar-batch';
  warn(
    'The password in --ledger stood in the list of processes, and the shell may keep it. Give it in PGPASSWORD, or the ' +
      'whole address in BATCH_LEDGER; the commands below are without it.',
  );
  return { ...given, ledger: withoutPassword(ledger) };
}
