import type { Clock } from '../common/clock.js';
import type { BatchId } from '../common/ids.js';
import type { Stop } from '../common/stop.js';
import type { EvidenceSettings } from '../evidence/context.js';
import type { Looker } from '../evidence/looker.js';
import type { Job } from '../job/define.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Gate } from '../pace/gate.js';
import type { Portal } from '../portal/portal.js';
import type { Emit } from './events.js';
import type { Team } from './team.js';

/** What the user decides about sending, with every default applied. Durations in ms. */
export interface SendSettings extends EvidenceSettings {
  readonly timeoutMs: number;
  readonly canary: number;
  readonly maxFailures: { readonly count: number } | { readonly percent: number };
  readonly limit: number | undefined;
  /** Order what another batch has ordered already. */
  readonly allowRepeat: boolean;
}

/** What sending needs of a run: of the portal's orders, no more than for whom some came to light. */
export type SendContext = Omit<RunContext, 'looker'> & { readonly looker: Pick<Looker, 'newcomers'> };

/** What the parts of a run share: what evidence needs of it, and what sending needs beside. */
export interface RunContext {
  readonly batch: BatchId;
  readonly runNo: number;
  readonly job: Job;
  readonly settings: SendSettings;
  readonly ledger: Ledger;
  readonly portal: Portal;
  readonly looker: Looker;
  readonly gate: Gate;
  readonly team: Team;
  readonly stop: Stop;
  readonly clock: Clock;
  readonly emit: Emit;
}
