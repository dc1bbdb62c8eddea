import type { Logger } from 'pino';
import type { Clock } from '../common/clock.js';
import { sayWait } from '../common/duration.js';
import type { Gate } from '../pace/gate.js';
import type { Emit, RunEvent } from '../runner/events.js';
import type { Io } from './io.js';
import { counted } from './labelled.js';
import { logEvent } from './log-event.js';
import { timeLeft } from './time-left.js';

export interface ProgressStart {
  readonly total: number;
  /** Rows that have their end already. */
  readonly done: number;
  readonly gate: Pick<Gate, 'view'>;
  /** How long a lost answer is looked for, ms. */
  readonly settleMs: number;
}

/** What went wrong on the way, in requests. */
export interface Met {
  readonly lost: number;
  readonly turnedAway: number;
  readonly unreachable: number;
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
  const tally = { succeeded: 0, pending: 0, failed: 0, in_doubt: 0 };
  const met = { lost: 0, turnedAway: 0, unreachable: 0 };
  let started: (ProgressStart & { at: number }) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let inFlight = 0;
  let settling = 0;
  /** When the last answer was lost. */
  let lostAt = 0;
  /** Others send rows of the run, too: what all of them do is told from time to time. */
  let together = false;
  let paused = false;
  let down = false;

  const ended = (): number => tally.succeeded + tally.pending + tally.failed + tally.in_doubt;

  /** What holds the orders up, where something does. */
  const sayTrouble = ({ gate }: ProgressStart): string | undefined => {
    const { portal, nextProbeAt, pausedMs, limitedTo } = gate.view();
    if (portal !== 'closed') {
      if (nextProbeAt === undefined) return 'the portal has a problem';
      return `the portal has a problem, next try in ${sayWait(Math.max(0, nextProbeAt - clock.monotonic()))}`;
    }
    if (pausedMs > 500) return `paused ${sayWait(pausedMs)}`;
    return limitedTo === undefined ? undefined : `pace ${limitedTo.toFixed(1)}/s`;
  };

  const settleTime = ({ settleMs }: ProgressStart) => ({ settleMs, sinceLostMs: clock.monotonic() - lostAt });

  const figures = (start: ProgressStart & { at: number }, goingOn = true): string => {
    const ms = Math.max(1, clock.monotonic() - start.at);
    const left = start.total - start.done - ended();
    const trouble = sayTrouble(start);
    const eta =
      goingOn && !down ? timeLeft({ left, settling, ended: ended(), ms, ...settleTime(start) }) : undefined;
    const parts = [
      ended() > 0 ? `${((ended() * 1000) / ms).toFixed(1)}/s` : undefined,
      eta === undefined ? undefined : `${sayWait(eta)} left`,
      inFlight > 0 ? `${inFlight} in flight` : undefined,
      settling > 0 ? `${counted(settling, 'lost answer')} looked for` : undefined,
      tally.failed > 0 ? `${tally.failed} failed` : undefined,
      tally.in_doubt > 0 ? `${tally.in_doubt} in doubt` : undefined,
      trouble,
    ];
    return parts.filter((part) => part !== undefined).join(', ');
  };

  const line = (goingOn = true): void => {
    if (started === undefined) return;
    const said = figures(started, goingOn);
    io.note(`${started.done + ended()} of ${started.total} rows${said === '' ? '' : `, ${said}`}`);
  };

  const draw = (): void => {
    if (started === undefined) return;
    const done = started.done + ended();
    const filled = started.total === 0 ? BAR : Math.floor((BAR * done) / started.total);
    const bar = `[${'='.repeat(filled)}${'-'.repeat(BAR - filled)}]`;
    const said = figures(started);
    const whole = `${done} of ${started.total} ${bar} ${said}`;
    io.live(whole.length < io.columns() ? whole : `${done} of ${started.total} ${said}`);
  };

  /** A pipe has no live line to show it in. */
  const sayPause = (): void => {
    const ms = started?.gate.view().pausedMs ?? 0;
    if (ms > LONG_PAUSE_MS && !paused && !io.interactive) {
      io.note(`The portal asks for a slower pace: all orders wait ${sayWait(ms)}.`);
    }
    paused = ms > LONG_PAUSE_MS;
  };

  /** Once an outage, not once a failed try in it. */
  const sayBreaker = (event: Extract<RunEvent, { type: 'breaker' }>): void => {
    if (event.state === 'open' && !down) io.note(`The portal has a problem (${event.why}): all orders wait.`);
    if (event.state === 'closed' && down) io.note('The portal works again: the run continues.');
    if (event.state !== 'half-open') down = event.state === 'open';
  };

  const sayAdopted = ({ orders, waitMs }: Extract<RunEvent, { type: 'adopted' }>): void =>
    io.note(
      `The portal already shows ${counted(orders, 'order')} of this batch: they are taken over, not ordered again. ` +
        `The list may lack some: looking again in ${sayWait(waitMs)}.`,
    );

  const emit = (event: RunEvent): void => {
    logEvent(logger, options.batch, event);
    if (event.type === 'row-ended' && (!together || event.status === 'in_doubt')) tally[event.status]++;
    if (event.type === 'order-leaves' && !together) inFlight++;
    if (event.type === 'attempt') {
      if (!together) inFlight--;
      if (event.outcome.kind === 'unknown') met.lost++;
      if (event.outcome.kind === 'turned-away') met.turnedAway++;
      if (event.outcome.kind === 'never-sent') met.unreachable++;
    }
    if (event.type === 'standing') {
      together = true;
      Object.assign(tally, { ...event.tally, in_doubt: tally.in_doubt });
      inFlight = event.inFlight;
    }
    if (event.type === 'settling') {
      if (event.rows > settling) lostAt = clock.monotonic();
      settling = event.rows;
    }
    if (event.type === 'pace') sayPause();
    if (event.type === 'warning') io.say(`Warning: ${event.message}`);
    if (event.type === 'adopted') sayAdopted(event);
    if (event.type === 'reading-details') io.note(`Reading older orders: ${event.read} of ${event.of}.`);
    if (event.type === 'breaker') sayBreaker(event);
  };

  return {
    met: () => met,
    emit,
    start: (start) => {
      started = { ...start, at: clock.monotonic() };
      timer = io.interactive ? setInterval(draw, REDRAW_MS) : setInterval(line, LINE_EVERY_MS);
    },
    stop: () => {
      if (timer !== undefined) clearInterval(timer);
      timer = undefined;
      io.live(undefined);
      if (started !== undefined && ended() > 0) line(false);
      started = undefined;
    },
  };
}
