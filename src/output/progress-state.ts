import type { RunEvent, Tally } from '../runner/events.js';
import { noRows } from '../runner/rules.js';

/** How far a run is, as its events tell. */
export interface ProgressState {
  readonly tally: Tally;
  readonly met: Met;
  readonly inFlight: number;
  /** Lost answers that are looked for, and when the last one was lost: monotonic ms. */
  readonly settling: number;
  readonly lostAt: number;
  /** Others send rows of the run, too: what all of them do is told from time to time. */
  readonly together: boolean;
  /** The portal does not answer, or is being tried. */
  readonly down: boolean;
}

/** What went wrong on the way, in requests. */
export interface Met {
  readonly lost: number;
  readonly turnedAway: number;
  readonly unreachable: number;
}

export const noProgress: ProgressState = {
  tally: noRows,
  met: { lost: 0, turnedAway: 0, unreachable: 0 },
  inFlight: 0,
  settling: 0,
  lostAt: 0,
  together: false,
  down: false,
};

/** The state after an event at a moment, monotonic ms. Pure. */
export function afterEvent(state: ProgressState, event: RunEvent, now: number): ProgressState {
  switch (event.type) {
    case 'row-ended': {
      // What all have sent is told with their standing; what stays in doubt is known to the one who settles.
      if (state.together && event.status !== 'in_doubt') return state;
      return { ...state, tally: { ...state.tally, [event.status]: state.tally[event.status] + 1 } };
    }
    case 'order-leaves':
      return state.together ? state : { ...state, inFlight: state.inFlight + 1 };
    case 'attempt': {
      const inFlight = state.together ? state.inFlight : state.inFlight - 1;
      return { ...state, inFlight, met: metBy(state.met, event.outcome.kind) };
    }
    case 'standing': {
      const tally = { ...event.tally, in_doubt: state.tally.in_doubt };
      return { ...state, together: true, tally, inFlight: event.inFlight };
    }
    case 'settling':
      return { ...state, settling: event.rows, lostAt: event.rows > state.settling ? now : state.lostAt };
    case 'breaker':
      return event.state === 'half-open' ? state : { ...state, down: event.state === 'open' };
    default:
      return state;
  }
}

function metBy(met: Met, outcome: Extract<RunEvent, { type: 'attempt' }>['outcome']['kind']): Met {
  switch (outcome) {
    case 'unknown':
      return { ...met, lost: met.lost + 1 };
    case 'turned-away':
      return { ...met, turnedAway: met.turnedAway + 1 };
    case 'never-sent':
      return { ...met, unreachable: met.unreachable + 1 };
    default:
      return met;
  }
}
