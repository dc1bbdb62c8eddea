import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { count, type Figures } from './figures.js';
import type { Running } from './party.js';
import type { Relay } from './relay.js';
import type { End, Round } from './rounds.js';

/**
 * A run with faults that has not ended so long after its first order, or at all, is killed: that, too, is some
 * instant. On a machine with other work to do, the start alone takes seconds.
 */
const ORDERING_MS = 2_500;
const ROUND_MS = 9_000;

export interface Disturbance {
  /** Whether it was killed for taking too long. */
  readonly late: () => boolean;
  readonly stop: () => void;
}

/** Kills or signals a run as its round says, and at the latest after some seconds. */
export function disturb(running: Running, relay: Relay, end: End, figures: Figures): Disturbance {
  const { child } = running;
  let late = false;
  const tooLate = (): void => {
    late = true;
    killAs(child, 'late', figures)();
  };
  const timers = [setTimeout(tooLate, ROUND_MS)];
  void atOrder(relay, 1, running, () => {
    timers.push(setTimeout(tooLate, ORDERING_MS));
  });
  const stop = meddle(child, relay, end, figures);
  return {
    late: () => late,
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      stop();
    },
  };
}

const killAs = (child: ChildProcess, how: string, figures: Figures) => (): void => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  count(figures.kills, how);
};

function meddle(child: ChildProcess, relay: Relay, end: End, figures: Figures): () => void {
  if (end.kind === 'kill-at-instant') {
    const timer = setTimeout(killAs(child, 'instant', figures), end.ms);
    return () => clearTimeout(timer);
  }
  if (end.kind === 'kill-at-order') {
    relay.trap(end.point, end.nth, killAs(child, end.point, figures));
    return relay.disarm;
  }
  if (end.kind !== 'signal') return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  relay.trap('passed-on', end.nth, () => {
    child.kill(end.signal);
    figures.signals++;
    if (end.again) timer = setTimeout(() => child.kill(end.signal), 550);
  });
  return () => {
    relay.disarm();
    clearTimeout(timer);
  };
}

/** Does something once the n-th order from now on has left; not at all if the run ends before. */
export async function atOrder(
  relay: Relay,
  nth: number,
  running: Running,
  act: () => Promise<void> | void,
): Promise<void> {
  let ended = false;
  void running.ended.then(() => {
    ended = true;
  });
  const from = relay.orders();
  while (!ended && relay.orders() < from + nth) await sleep(5);
  if (!ended) await act();
}

/** The portal cannot be reached for a while. */
export const interrupt = (
  outage: NonNullable<Round['outage']>,
  relay: Relay,
  running: Running,
  figures: Figures,
): Promise<void> =>
  atOrder(relay, outage.nth, running, async () => {
    figures.outages++;
    await relay.outage(outage.ms);
  });
