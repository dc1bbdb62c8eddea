import cliProgress from 'cli-progress';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Io } from '../io.js';
import type { Breaker } from '../runner/breaker.js';
import type { Emit, RunEvent } from '../runner/events.js';
import type { Pace } from '../runner/pace.js';

export interface ProgressStart {
  readonly total: number;
  /** Rows that have their end already. */
  readonly done: number;
  readonly pace: Pace;
  readonly breaker: Breaker;
}

export interface Progress {
  readonly emit: Emit;
  readonly start: (start: ProgressStart) => void;
  readonly stop: () => void;
}

/** In a pipe a line comes so often; a terminal's line is drawn anew all the time. */
const LINE_EVERY_MS = 10_000;
const REDRAW_MS = 250;
/** Shorter ones come and go with the feeling for the portal's limit. */
const LONG_PAUSE_MS = 1_500;

/** Tells a person at a terminal, or a CI log, how a run goes, and writes each event to the log. */
export function createProgress(options: { io: Io; clock: Clock; logger: Logger; batch: string }): Progress {
  const { io, clock, logger } = options;
  const tally = { succeeded: 0, pending: 0, failed: 0, in_doubt: 0 };
  let started: (ProgressStart & { at: number }) | undefined;
  let bar: cliProgress.SingleBar | undefined;
  let timer: NodeJS.Timeout | undefined;
  let inFlight = 0;
  let paused = false;

  const ended = (): number => tally.succeeded + tally.pending + tally.failed + tally.in_doubt;
  const status = (): string => {
    if (started === undefined) return '';
    const seconds = Math.max(0.001, (clock.monotonic() - started.at) / 1000);
    const parts = [`${(ended() / seconds).toFixed(1)}/s`];
    if (inFlight > 0) parts.push(`${inFlight} in flight`);
    if (tally.failed > 0) parts.push(`${tally.failed} failed`);
    if (tally.in_doubt > 0) parts.push(`${tally.in_doubt} in doubt`);
    const probe = started.breaker.nextProbeAt();
    const { pausedMs, perSecond } = started.pace.current();
    if (started.breaker.state() !== 'closed') {
      const wait =
        probe === undefined ? '' : `, next try in ${Math.ceil((probe - clock.monotonic()) / 1000)} s`;
      parts.push(`portal down${wait}`);
    } else if (pausedMs > 500) parts.push(`paused ${Math.ceil(pausedMs / 1000)} s`);
    else if (perSecond < 100) parts.push(`pace ${perSecond.toFixed(1)}/s`);
    return parts.join(', ');
  };
  const line = (): void => {
    if (started !== undefined) io.say(`${started.done + ended()} of ${started.total} rows, ${status()}`);
  };
  const say = (text: string): void => {
    if (bar === undefined) io.say(text);
    else {
      // Above the live line: it is drawn anew at the next tick.
      process.stderr.write('\r\u001b[K');
      io.say(text);
    }
  };

  /** A pipe has no live line to show it in. */
  const sayPause = (): void => {
    const ms = started?.pace.current().pausedMs ?? 0;
    if (ms > LONG_PAUSE_MS && !paused && bar === undefined) {
      say(`The portal pushes back: all orders wait ${Math.ceil(ms / 1000)} s.`);
    }
    paused = ms > LONG_PAUSE_MS;
  };

  const emit = (event: RunEvent): void => {
    logEvent(logger, options.batch, event);
    if (event.type === 'row-ended') tally[event.status]++;
    if (event.type === 'order-leaves') inFlight++;
    if (event.type === 'attempt') inFlight--;
    if (event.type === 'pace') sayPause();
    if (event.type === 'warning') say(`Warning: ${event.message}`);
    if (event.type === 'breaker' && event.state === 'open')
      say('The portal does not answer: all orders wait.');
    if (event.type === 'breaker' && event.state === 'closed') say('The portal answers again: going on.');
  };

  return {
    emit,
    start: (start) => {
      started = { ...start, at: clock.monotonic() };
      if (!io.interactive) {
        timer = setInterval(line, LINE_EVERY_MS);
        return;
      }
      bar = new cliProgress.SingleBar({
        // All of it fits 80 columns in an ordinary run.
        format: '{value} of {total} [{bar}] {eta_formatted} left, {status}',
        stream: process.stderr,
        hideCursor: true,
        barsize: 10,
      });
      bar.start(start.total, start.done, { status: '' });
      timer = setInterval(() => bar?.update(start.done + ended(), { status: status() }), REDRAW_MS);
    },
    stop: () => {
      if (timer !== undefined) clearInterval(timer);
      timer = undefined;
      if (bar !== undefined && started !== undefined) {
        bar.update(started.done + ended(), { status: status() });
        bar.stop();
      } else if (started !== undefined) line();
      bar = undefined;
      started = undefined;
    },
  };
}

function logEvent(logger: Logger, batch: string, event: RunEvent): void {
  switch (event.type) {
    case 'attempt': {
      const { outcome } = event;
      const said = outcome.kind === 'placed' ? { orderNo: outcome.order.orderNo } : { code: outcome.code };
      logger.info({
        event: 'attempt',
        batch,
        sn: event.serialNumber,
        attempt: event.attempt,
        outcome: outcome.kind,
        ...said,
        durationMs: event.durationMs,
        ...('requestId' in outcome ? { requestId: outcome.requestId } : {}),
      });
      return;
    }
    case 'row-ended':
      logger.debug({ event: 'row-ended', batch, sn: event.serialNumber, status: event.status });
      return;
    case 'warning':
      logger.warn({ event: 'warning', batch, message: event.message });
      return;
    case 'pace':
    case 'order-leaves':
      return;
    default:
      logger.info({ ...event, event: event.type, batch });
  }
}
