import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { count, type Figures } from './figures.js';
import type { Running } from './party.js';
import type { Relay } from './relay.js';
import type { End, Round } from './rounds.js';

export interface Disturbance {
  /** Whether it was killed for taking too long. */
  readonly late: () => boolean;
  readonly stop: () => void;
}

/**
 * Kills or signals a run as its round says.
 * @param mostMs a run that has not ended so long after its first request is killed: that, too, is some instant
 */
export function disturb(
  { child }: Running,
  relay: Relay,
  end: End,
  mostMs: number,
  figures: Figures,
): Disturbance {
  let late = false;
  const ended = new AbortController();
  void afterFirstRequest(relay, mostMs, ended.signal, () => {
    late = true;
    killAs(child, 'too-long', figures)();
  });
  const stop = meddle(child, relay, end, figures);
  return {
    late: () => late,
    stop: () => {
      ended.abort();
      stop();
    },
  };
}

/** How fast the machine starts a program is none of a campaign's concern, so the time begins with the first request. */
async function afterFirstRequest(
  relay: Relay,
  ms: number,
  signal: AbortSignal,
  act: () => void,
): Promise<void> {
  await relay.nextRequest();
  await sleep(ms, undefined, { signal }).then(act, () => undefined);
}

const killAs = (child: ChildProcess, how: string, figures: Figures) => (): void => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  count(figures.kills, how);
};

function meddle(child: ChildProcess, relay: Relay, end: End, figures: Figures): () => void {
  if (end.kind === 'kill-at-instant') {
    const ended = new AbortController();
    const kill = killAs(child, 'instant', figures);
    if (end.from === 'first-request') void afterFirstRequest(relay, end.ms, ended.signal, kill);
    else void sleep(end.ms, undefined, { signal: ended.signal }).then(kill, () => undefined);
    return () => ended.abort();
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
