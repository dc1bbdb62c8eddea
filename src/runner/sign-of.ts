import type { Sign } from '../pace/sign.js';
import type { Outcome } from '../portal/outcome.js';

/**
 * What an order's outcome says of the portal as a whole. Pure.
 * @param stopping the run is being stopped: what is cut off then says nothing of the portal
 */
export function signOf(outcome: Outcome, stopping: boolean): Sign {
  if (stopping && outcome.kind !== 'placed') return { kind: 'unsent' };
  switch (outcome.kind) {
    case 'never-sent':
      return outcome.code === 'too_late' ? { kind: 'unsent' } : { kind: 'unreachable', why: outcome.message };
    case 'unknown': {
      const { message: why, retryAfterMs, overloaded } = outcome;
      return { kind: overloaded ? 'overloaded' : 'lost', why, retryAfterMs };
    }
    case 'turned-away':
      return outcome.why === 'rate'
        ? { kind: 'slower', retryAfterMs: outcome.retryAfterMs }
        : { kind: 'accepted' };
    default:
      return { kind: 'accepted' };
  }
}
