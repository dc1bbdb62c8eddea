import type { StopReason } from '../common/stop.js';
import type { SendSettings } from './context.js';
import type { RowEnd, Tally } from './events.js';
import { failuresOf, finishedOf, isGood, noRows, tooManyFailures } from './rules.js';

/** Where a run stands: numbers alone, so that every rule below can be tried on a table. */
export interface RunState {
  /** Ends of rows in this run. */
  readonly tally: Tally;
  /** Ends of rows of this run with all processes that send; undefined: this one is alone. */
  readonly standing: Tally | undefined;
  /** Orders placed by sends of this run. */
  readonly sent: number;
  /** Rows that this run has sent, or is about to. */
  readonly launched: number;
  /** Of these, the rows that have no end yet: in a slot, watched, or waiting to be sent again. */
  readonly unfinished: number;
  /** Requests that are not over yet, or wait for a slot. */
  readonly inFlight: number;
  /** Rows whose outcome is not on disk yet; they include those in flight. */
  readonly underWay: number;
  readonly canariesLeft: number;
  /** The portal is being looked at for the first order, to learn what it shows. */
  readonly learning: boolean;
}

export type RunChange =
  /** `again`: this run has sent the row before. */
  | { readonly type: 'launched'; readonly again: boolean }
  | { readonly type: 'request-over' }
  | { readonly type: 'written' }
  /** The run stopped before the row was sent: it stands as it did. */
  | { readonly type: 'untouched' }
  /** `ours`: this run has sent the row; else it was settled alone. */
  | { readonly type: 'ended'; readonly status: RowEnd; readonly ours: boolean }
  | { readonly type: 'learning'; readonly goesOn: boolean }
  | { readonly type: 'standing'; readonly tally: Tally };

export const startOfRun = (settings: Pick<SendSettings, 'canary'>): RunState => ({
  tally: noRows,
  standing: undefined,
  sent: 0,
  launched: 0,
  unfinished: 0,
  inFlight: 0,
  underWay: 0,
  canariesLeft: settings.canary,
  learning: false,
});

/** The state after a change. Pure. */
export function afterChange(state: RunState, change: RunChange): RunState {
  switch (change.type) {
    case 'launched':
      return {
        ...state,
        launched: state.launched + (change.again ? 0 : 1),
        unfinished: state.unfinished + (change.again ? 0 : 1),
        inFlight: state.inFlight + 1,
        underWay: state.underWay + 1,
      };
    case 'request-over':
      return { ...state, inFlight: state.inFlight - 1 };
    case 'written':
      return { ...state, underWay: state.underWay - 1 };
    case 'untouched':
      return { ...state, unfinished: state.unfinished - 1 };
    case 'standing':
      return { ...state, standing: change.tally };
    case 'learning':
      return { ...state, learning: change.goesOn };
    case 'ended': {
      const { status, ours } = change;
      return {
        ...state,
        tally: { ...state.tally, [status]: state.tally[status] + 1 },
        sent: state.sent + (ours && isGood(status) ? 1 : 0),
        unfinished: state.unfinished - (ours ? 1 : 0),
        canariesLeft: ours && state.canariesLeft > 0 ? state.canariesLeft - 1 : state.canariesLeft,
      };
    }
  }
}

/** Ends of rows with all who send. What stays in doubt is known to the one who settles alone. */
const allEnds = ({ tally, standing }: RunState): Tally =>
  standing === undefined ? tally : { ...standing, in_doubt: tally.in_doubt };

/** Why the run must stop after a row has ended, if it must. Pure. */
export function stopAfter(
  before: RunState,
  after: RunState,
  end: { readonly serialNumber: string; readonly status: RowEnd },
  settings: Pick<SendSettings, 'maxFailures'>,
): StopReason | undefined {
  const wasCanary = after.canariesLeft < before.canariesLeft;
  if (wasCanary && !isGood(end.status)) return { kind: 'canary', ...end };
  return stopForFailures(after, settings);
}

/** Whether more rows have failed than the user allows. Pure. */
export function stopForFailures(
  state: RunState,
  settings: Pick<SendSettings, 'maxFailures'>,
): StopReason | undefined {
  const ends = allEnds(state);
  if (!tooManyFailures(ends, settings.maxFailures)) return undefined;
  return { kind: 'max-failures', failures: failuresOf(ends), finished: finishedOf(ends) };
}

/** Whether all who send may do so: the canaries are placed, and what they show is learnt. Pure. */
export const allMaySend = (
  { canariesLeft, learning }: RunState,
  settings: Pick<SendSettings, 'canary'>,
): boolean => canariesLeft === 0 && !(learning && settings.canary > 0);

/** How many rows may be under way beside so many slots: a few more have their intents written before a slot is free. Pure. */
export const withAhead = (slots: number, ahead: number): number => slots + Math.min(slots, ahead);

/** Whether one more row may be under way now, of so many at most. The canaries go one at a time. Pure. */
export const hasRoom = (state: RunState, settings: Pick<SendSettings, 'canary'>, most: number): boolean => {
  if (state.canariesLeft > 0) return state.underWay === 0;
  // Before the others, the portal has to show what it shows of an order.
  return allMaySend(state, settings) && state.inFlight < most;
};

/** Whether a row that this run has not sent yet may follow. Pure. */
export const mayTakeNew = (state: RunState, settings: Pick<SendSettings, 'limit'>): boolean =>
  !waitsForCanary(state) && state.launched < (settings.limit ?? Number.POSITIVE_INFINITY);

/** A canary that was sent has no end yet: nothing new goes before it has. Pure. */
export const waitsForCanary = ({ canariesLeft, unfinished }: RunState): boolean =>
  canariesLeft > 0 && unfinished > 0;
