import type { Secrets } from '../common/secrets.js';
import { isPostgresUrl, passwordsIn, withoutPassword } from '../ledger/postgres/location.js';
import type { Environment } from './environment.js';
import { variableOf } from './option.js';
import type { Given } from './resolve-options.js';

/** Makes secrets of the passwords of a database, wherever they were given. */
export function keepLedgerSecrets(secrets: Secrets, argv: readonly string[], environment: Environment): void {
  for (const password of passwordsTyped(argv)) secrets.add(password);
  for (const password of passwordsIn(environment[variableOf('ledger')] ?? '')) secrets.add(password);
  secrets.add(environment['PGPASSWORD'] ?? '');
}

/** Also as `--ledger=postgres://…`. */
const passwordsTyped = (argv: readonly string[]): readonly string[] =>
  argv.flatMap((word) => passwordsIn(word.replace(/^--\w+=/, '')));

/**
 * A password that is typed can be seen by everyone on the machine. From now on the list of processes does not show it, and
 * the commands to type next are without it.
 */
export function hidePassword(given: Given, argv: readonly string[], warn: (text: string) => void): Given {
  if (passwordsTyped(argv).length === 0) return given;
  process.title = 'yeastar-batch';
  warn(
    'The password that was typed stood in the list of processes, and the shell may keep it. Give it in PGPASSWORD, or ' +
      'the whole address in BATCH_LEDGER; the commands below are without it.',
  );
  const { ledger } = given;
  return typeof ledger === 'string' && isPostgresUrl(ledger)
    ? { ...given, ledger: withoutPassword(ledger) }
    : given;
}
