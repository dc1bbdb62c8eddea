import type { Releasers } from '../common/releasers.js';
import type { SharedLedger } from '../ledger/ledger.js';
import { startBoss } from './boss.js';
import type { Together } from './together.js';

/** Joins the others who share a ledger; left when the command ends. */
export async function startTogether(
  { store, jobs }: SharedLedger,
  onError: (error: unknown) => void,
  releasers: Releasers,
): Promise<Together> {
  const boss = await startBoss(jobs, onError);
  releasers.add(boss.close);
  return { store, boss, onDefect: onError };
}
