import type { EvidenceEvent } from '../evidence/events.js';
import type { BreakerState } from '../pace/breaker.js';
import type { Outcome } from '../portal/outcome.js';

/** Where a row of this run ended. */
export type RowEnd = 'succeeded' | 'pending' | 'failed' | 'in_doubt';

/** How many rows of this run have ended in which way. */
export type Tally = Readonly<Record<RowEnd, number>>;

/** What happens during a run, for the progress and the log. Never a secret, never a body. */
export type RunEvent =
  | EvidenceEvent
  /** An order leaves now; its `attempt` follows. */
  | { readonly type: 'order-leaves' }
  | {
      readonly type: 'attempt';
      readonly serialNumber: string;
      readonly attempt: number;
      readonly outcome: Outcome;
      readonly durationMs: number;
    }
  | {
      readonly type: 'row-ended';
      readonly serialNumber: string;
      readonly status: RowEnd;
      readonly code?: string | undefined;
      readonly orderNo?: string | undefined;
    }
  /** How many rows of the run have ended with all who send, and how many of theirs are under way. */
  | { readonly type: 'standing'; readonly tally: Tally; readonly inFlight: number }
  /** `why`: what the portal last said, or how it kept silent. */
  | { readonly type: 'breaker'; readonly state: BreakerState; readonly why: string }
  | { readonly type: 'pace' };

export type Emit = (event: RunEvent) => void;
