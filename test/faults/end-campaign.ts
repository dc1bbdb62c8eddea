import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { count, type Figures } from './figures.js';

/** What ended a play before its end, for whoever looks into it. */
export const sayFailure = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Adds to the figures what a campaign came to at the portal. */
export function addCampaign(figures: Figures, portal: string, sandbox: Sandbox): void {
  figures.campaigns++;
  count(figures.portals, portal);
  figures.orders += sandbox.truth().length;
  for (const [kind, hits] of Object.entries(sandbox.stats().faults)) count(figures.faults, kind, hits);
}

/**
 * Removes the folder of a campaign in which nothing went wrong; else puts beside its files what one needs to look into it.
 * @returns whether it is kept
 */
export function keepIfWrong(
  folder: string,
  wrong: readonly string[],
  kept: Readonly<Record<string, unknown>>,
  ...notes: readonly string[]
): boolean {
  if (wrong.length === 0 && !process.env['FAULT_KEEP']) {
    rmSync(folder, { recursive: true, force: true });
    return false;
  }
  for (const [name, value] of Object.entries(kept))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(value, null, 1));
  writeFileSync(join(folder, 'wrong.txt'), `${[...wrong, ...notes].join('\n')}\n`);
  return true;
}
