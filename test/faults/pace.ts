import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PROGRAM } from './party.js';

/** How long the program takes to say its version on a machine with nothing else to do, ms. */
const CALM_MS = 250;
const SLOWEST = 4;

/**
 * How much slower than a calm machine this one is just now, 1 to 4: what a campaign measures in milliseconds is
 * stretched by it, or else every answer of a busy machine would come too late.
 */
export async function paceOfMachine(): Promise<number> {
  const startedAt = performance.now();
  await promisify(execFile)(process.execPath, [PROGRAM, '--version']);
  return Math.min(SLOWEST, Math.max(1, (performance.now() - startedAt) / CALM_MS));
}
