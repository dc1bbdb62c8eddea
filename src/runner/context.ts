import type { Clock } from '../common/clock.js';
import type { BatchId } from '../common/ids.js';
import type { Stop } from '../common/stop.js';
import type { FirstSeen } from '../evidence/mirror.js';
import type { Job } from '../job/define.js';
import type { Ledger } from '../ledger/ledger.js';
import type { ReferenceEcho } from '../ledger/schema.js';
import type { Breaker } from '../pace/breaker.js';
import type { Pace } from '../pace/gate.js';
import type { Portal } from '../portal/portal.js';
import type { Emit } from './events.js';

/** What the user decides about sending, with every default applied. Durations in ms. */
export interface SendSettings {
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly settleMs: number;
  readonly onDoubt: 'resend' | 'hold';
  readonly useReference: boolean;
  readonly canary: number;
  readonly maxFailures: { readonly count: number } | { readonly percent: number };
  readonly limit: number | undefined;
}

/** What the parts of a run share. */
export interface RunContext {
  readonly batch: BatchId;
  readonly runNo: number;
  readonly job: Job;
  readonly settings: SendSettings;
  readonly ledger: Ledger;
  readonly portal: Portal;
  readonly pace: Pace;
  readonly breaker: Breaker;
  readonly stop: Stop;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Where the portal shows our reference, as far as it is known by now. */
  readonly echo: { current: ReferenceEcho };
  readonly firstSeen: FirstSeen;
}
