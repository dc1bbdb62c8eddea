import { sayWait } from '../common/duration.js';
import type { GateView } from '../pace/gate.js';
import { finishedOf } from '../runner/rules.js';
import { counted } from './labelled.js';
import type { ProgressState } from './progress-state.js';
import { timeLeft } from './time-left.js';

/** A run at a moment. Times are monotonic ms. */
export interface RunMoment {
  readonly now: number;
  readonly startedAt: number;
  /** Rows without an end when it started. */
  readonly rows: number;
  /** How long a lost answer is looked for, ms. */
  readonly settleMs: number;
  readonly gate: GateView;
  /** Whether it goes on after this: else nothing is left to wait for. */
  readonly goesOn: boolean;
}

/** Shorter pauses come and go: nobody has to know of them. */
const SHOWN_PAUSE_MS = 500;

/** How fast a run goes, how long it still takes, and what holds it up; empty if there is nothing to say. Pure. */
export function sayProgress(state: ProgressState, moment: RunMoment): string {
  const { inFlight, settling, tally } = state;
  const ended = finishedOf(tally);
  const ms = Math.max(1, moment.now - moment.startedAt);
  const left =
    moment.goesOn && !state.down
      ? timeLeft({
          left: moment.rows - ended,
          settling,
          ended,
          ms,
          settleMs: moment.settleMs,
          sinceLostMs: moment.now - state.lostAt,
        })
      : undefined;
  const parts = [
    ended > 0 ? `${((ended * 1000) / ms).toFixed(1)}/s` : undefined,
    left === undefined ? undefined : `${sayWait(left)} left`,
    inFlight > 0 ? `${inFlight} in flight` : undefined,
    settling > 0 ? `${counted(settling, 'lost answer')} looked for` : undefined,
    tally.failed > 0 ? `${tally.failed} failed` : undefined,
    tally.in_doubt > 0 ? `${tally.in_doubt} in doubt` : undefined,
    sayTrouble(moment),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** What holds the orders up, if anything does. */
function sayTrouble({ now, gate }: RunMoment): string | undefined {
  const { portal, nextProbeAt, pausedMs, limitedTo } = gate;
  if (portal !== 'closed') {
    if (nextProbeAt === undefined) return 'the portal has a problem';
    return `the portal has a problem, next try in ${sayWait(Math.max(0, nextProbeAt - now))}`;
  }
  if (pausedMs > SHOWN_PAUSE_MS) return `paused ${sayWait(pausedMs)}`;
  return limitedTo === undefined ? undefined : `pace ${limitedTo.toFixed(1)}/s`;
}
