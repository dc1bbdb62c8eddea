import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The program's version, from the package.json that it came with, wherever the bundle puts this file. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8'));
  return version;
}
