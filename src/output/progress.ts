import type { Logger } from 'pino';
import type { Clock } from '../common/clock.js';
import { sayWait } from '../common/duration.js';
import type { Gate } from '../pace/gate.js';
import type { Emit, RunEvent } from '../runner/events.js';
import { finishedOf } from '../runner/rules.js';
import type { Io } from './io.js';
import { counted } from './labelled.js';
import { logEvent } from './log-event.js';
import { afterEvent, type Met, noProgress } from './progress-state.js';
import { sayProgress } from './say-progress.js';

export interface ProgressStart {
  readonly total: number;
  /** Rows that have their end already. */
  readonly done: number;
  readonly gate: Pick<Gate, 'view'>;
  /** How long a lost answer is looked for, ms. */
  readonly settleMs: number;
}

export interface Progress {
  readonly met: () => Met;
  readonly emit: Emit;
  readonly start: (start: ProgressStart) => void;
  readonly stop: () => void;
}

/** In a pipe a line comes so often; a terminal's line is drawn anew all the time. */
const LINE_EVERY_MS = 10_000;
const REDRAW_MS = 250;
/** Shorter ones come and go with the feeling for the portal's limit. */
const LONG_PAUSE_MS = 1_500;

const BAR = 10;

/** Tells a person at a terminal, or a CI log, how a run goes, and writes each event to the log. */
export function createProgress(options: { io: Io; clock: Clock; logger: Logger; batch: string }): Progress {
  const { io, clock, logger } = options;
  let state = noProgress;
  let started: (ProgressStart & { readonly at: number }) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let saidPause = false;

  const figures = (start: NonNullable<typeof started>, goesOn: boolean): string =>
    sayProgress(state, {
      now: clock.monotonic(),
      startedAt: start.at,
      rows: start.total - start.done,
      settleMs: start.settleMs,
      gate: start.gate.view(),
      goesOn,
    });

  const line = (goesOn = true): void => {
    if (started === undefined) return;
    const said = figures(started, goesOn);
    io.note(
      `${started.done + finishedOf(state.tally)} of ${started.total} rows${said === '' ? '' : `, ${said}`}`,
    );
  };

  const draw = (): void => {
    if (started === undefined) return;
    const done = started.done + finishedOf(state.tally);
    const filled = started.total === 0 ? BAR : Math.floor((BAR * done) / started.total);
    const bar = `[${'='.repeat(filled)}${'-'.repeat(BAR - filled)}]`;
    const said = figures(started, true);
    const whole = `${done} of ${started.total} ${bar} ${said}`;
    io.live(whole.length < io.columns() ? whole : `${done} of ${started.total} ${said}`);
  };

  /** A pipe has no live line to show it in. */
  const sayPause = (): void => {
    const ms = started?.gate.view().pausedMs ?? 0;
    if (ms > LONG_PAUSE_MS && !saidPause && !io.interactive) {
      io.note(`The portal asks for a slower pace: all orders wait ${sayWait(ms)}.`);
    }
    saidPause = ms > LONG_PAUSE_MS;
  };

  return {
    met: () => state.met,
    emit: (event) => {
      logEvent(logger, options.batch, event);
      const { down: wasDown } = state;
      state = afterEvent(state, event, clock.monotonic());
      if (event.type === 'pace') sayPause();
      if (event.type === 'warning') io.warn(event.message);
      const note = noteOf(event, wasDown);
      if (note !== undefined) io.note(note);
    },
    start: (start) => {
      started = { ...start, at: clock.monotonic() };
      timer = io.interactive ? setInterval(draw, REDRAW_MS) : setInterval(line, LINE_EVERY_MS);
    },
    stop: () => {
      if (timer !== undefined) clearInterval(timer);
      timer = undefined;
      io.live(undefined);
      if (started !== undefined && finishedOf(state.tally) > 0) line(false);
      started = undefined;
    },
  };
}

/** What whoever watches is told of an event; of an outage once, not once for each failed try in it. */
function noteOf(event: RunEvent, wasDown: boolean): string | undefined {
  switch (event.type) {
    case 'adopted':
      return (
        `The portal already shows ${counted(event.orders, 'order')} of this batch: they are taken over, not ordered ` +
        `again. The list may lack some: looking again in ${sayWait(event.waitMs)}.`
      );
    case 'reading-details':
      return `Reading older orders: ${event.read} of ${event.of}.`;
    case 'breaker':
      if (event.state === 'open' && !wasDown)
        return `The portal has a problem (${event.why}): all orders wait.`;
      return event.state === 'closed' && wasDown ? 'The portal works again: the run continues.' : undefined;
    default:
      return undefined;
  }
}
