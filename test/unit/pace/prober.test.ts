import { expect, it, onTestFinished } from 'vitest';
import { createGate } from '../../../src/pace/gate.js';
import { keepProbing } from '../../../src/pace/prober.js';
import { virtualClock } from '../../support/virtual-clock.js';

/** A gate before a portal that answers probes or does not. */
function probed(giveUpAfterMs = 600_000) {
  const clock = virtualClock(() => 0.5);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const states: string[] = [];
  const gate = createGate({
    clock,
    signal: stop.signal,
    cap: undefined,
    onPause: () => undefined,
    onPortal: (state) => states.push(state),
  });
  const portal = { alive: false, probes: [] as number[] };
  const met = { givenUp: 0 };
  const probe = async (): Promise<boolean> => {
    portal.probes.push(clock.monotonic());
    return portal.alive;
  };
  const giveUp = (): void => void met.givenUp++;
  const ended = keepProbing({ gate, probe, giveUpAfterMs, giveUp, clock, signal: stop.signal });
  void gate.unreachable('no route');
  return { clock, stop, gate, portal, states, met, ended };
}

it('a portal that is away is asked after growing pauses, and orders wait until it answers', async () => {
  const { clock, gate, portal, states } = probed();
  await clock.runUntil(60_000);
  const pauses = portal.probes.map((at, i) => at - (portal.probes[i - 1] ?? 0));
  expect(pauses.slice(0, 4)).toStrictEqual([450, 700, 1_200, 2_200]);
  expect(states).toStrictEqual(['open']);
  portal.alive = true;
  await clock.runUntil(80_000);
  expect(states).toStrictEqual(['open', 'half-open']);
  const turn = await gate.order(async () => undefined);
  if (turn.kind === 'go') turn.departure.ended({ kind: 'accepted' });
  expect(states).toStrictEqual(['open', 'half-open', 'closed']);
});

it('the view says when it is asked next', async () => {
  const { gate } = probed();
  expect(gate.view()).toMatchObject({ portal: 'open', nextProbeAt: 450 });
});

it('a portal that was away for too long is given up, which is said once', async () => {
  const { clock, portal, met, ended } = probed(30_000);
  await clock.runUntil(29_000);
  expect(met.givenUp).toBe(0);
  await clock.runUntil(200_000);
  await ended;
  expect(met.givenUp).toBe(1);
  expect(portal.probes.at(-1)).toBeLessThanOrEqual(30_000);
});

it('the time is counted from the first loss on, also if a trial was lost in between', async () => {
  const { clock, gate, portal, met } = probed(30_000);
  portal.alive = true;
  await clock.runUntil(20_000);
  portal.alive = false;
  const turn = await gate.order(async () => undefined);
  if (turn.kind === 'go') turn.departure.ended({ kind: 'lost', why: 'reset' });
  await clock.runUntil(31_000);
  expect(met.givenUp).toBe(1);
});

it('nothing is asked any more when the run stops', async () => {
  const { clock, stop, portal, met, ended } = probed(30_000);
  stop.abort();
  await ended;
  await clock.runUntil(100_000);
  expect({ probes: portal.probes, ...met }).toStrictEqual({ probes: [], givenUp: 0 });
});
