import type { TeamStore } from '../ledger/team-store.js';
import type { Boss } from './boss.js';

/** What the processes that share a ledger have in common. */
export interface Together {
  readonly store: TeamStore;
  readonly boss: Boss;
  /** Told of an error that no user can cause. */
  readonly onDefect: (error: unknown) => void;
}
