import { describe, expect, it, onTestFinished } from 'vitest';
import { createGate, type Turn } from '../../../src/pace/gate.js';
import type { Departure } from '../../../src/pace/sign.js';
import { between, driveGate } from '../../support/drive-gate.js';
import { limitReq, slidingSecond } from '../../support/limits.js';
import { virtualClock } from '../../support/virtual-clock.js';

const nothing = async (): Promise<void> => undefined;

function gateOf(cap?: number) {
  const clock = virtualClock();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const states: string[] = [];
  const gate = createGate({
    clock,
    signal: stop.signal,
    cap,
    onPause: () => undefined,
    onPortal: (state) => states.push(state),
  });
  /** An order that leaves, at once or after some time. */
  const departed = async (): Promise<Departure> => {
    let came: Turn | undefined;
    const turn = gate.order(nothing).then((given) => {
      came = given;
    });
    while (came === undefined) await clock.runUntil(clock.monotonic() + 100);
    await turn;
    if (came.kind !== 'go') throw new Error(`the turn was ${came.kind}`);
    came.departure.leaves();
    return came.departure;
  };
  return { clock, stop, gate, states, departed };
}

describe('intents ahead of a free slot', () => {
  /** So many orders a second are taken. */
  const take = async (
    { clock, gate, departed }: ReturnType<typeof gateOf>,
    perSecond: number,
    forMs: number,
  ) => {
    const until = clock.monotonic() + forMs;
    while (clock.monotonic() < until) {
      const departure = gate.orderNow() ?? (await departed());
      await clock.runUntil(clock.monotonic() + 1_000 / perSecond);
      departure.ended({ kind: 'accepted' });
    }
  };

  it('are as many as leave in 20 ms, once no limit is expected any more', async () => {
    const gated = gateOf();
    expect(gated.gate.ahead()).toBe(0);
    await take(gated, 500, 2_000);
    expect(gated.gate.ahead()).toBe(10);
    expect(gated.gate.orderNow()).toBeDefined();
  });

  it.each([
    ['with --rate', 1_000, undefined],
    ['during a pause', undefined, { kind: 'slower', retryAfterMs: 5_000 }],
    ['while the portal does not answer', undefined, { kind: 'unreachable', why: 'no route' }],
  ] as const)('are none, and none leaves at once, %s', async (_, cap, sign) => {
    const gated = gateOf(cap);
    await take(gated, 500, 2_000);
    if (sign !== undefined) for (let i = 0; i < 5; i++) gated.gate.orderNow()?.ended(sign);
    expect(gated.gate.ahead()).toBe(0);
    expect(gated.gate.orderNow()).toBeUndefined();
  });

  it('are none when nothing was taken for a second', async () => {
    const gated = gateOf();
    await take(gated, 500, 2_000);
    await gated.clock.runUntil(gated.clock.monotonic() + 1_001);
    expect(gated.gate.ahead()).toBe(0);
  });
});

describe('the pace', () => {
  it('starts no more requests in any one second than --rate allows, and nearly as many', async () => {
    for (const cap of [1, 3, 10, 40, 333]) {
      const { clock, starts, stop } = driveGate({ passes: () => true, cap });
      await clock.runUntil(5_000);
      stop.abort();
      for (const start of starts) expect(between(starts, start, start + 1000)).toBeLessThanOrEqual(cap);
      expect(starts.length).toBeGreaterThan(cap * 5 * 0.91 - 1);
    }
  });

  it('reaches the full speed of fifty senders within half a second if no limit is met', async () => {
    const { clock, starts, stop } = driveGate({ passes: () => true, latencyMs: 100 });
    await clock.runUntil(2_000);
    stop.abort();
    expect(between(starts, 500, 1_500)).toBeGreaterThanOrEqual(495);
    expect(between(starts, 0, 1_000)).toBeGreaterThanOrEqual(380);
  });

  it('holds every sender for as long as one answer asked', async () => {
    const { clock, starts, refused, stop } = driveGate({
      passes: slidingSecond(() => 5),
      retryAfterMs: 3_000,
    });
    await clock.runUntil(10_000);
    stop.abort();
    const first = refused[0] ?? Number.NaN;
    expect(between(starts, first + 11, first + 3_000)).toBe(0);
  });

  it('leaves a portal that goes on pushing back alone for ever longer', async () => {
    let open = true;
    const { clock, starts, stop } = driveGate({ passes: () => open, status: 429 });
    await clock.runUntil(1_000);
    open = false;
    await clock.runUntil(121_000);
    stop.abort();
    expect(between(starts, 61_000, 121_000)).toBeLessThanOrEqual(12);
  });

  it('is the same after an outage as before it, whatever was refused in it', async () => {
    let out = false;
    const limit = limitReq(20);
    const { clock, gate, stop } = driveGate({
      passes: (now) => !out && limit(now),
      status: 503,
      latencyMs: 2,
    });
    await clock.runUntil(20_000);
    const before = gate.view().limitedTo ?? 0;
    expect(before).toBeGreaterThan(17);
    out = true;
    await clock.runUntil(40_000);
    expect(gate.view().portal).toBe('open');
    out = false;
    await clock.runUntil(56_000);
    stop.abort();
    expect(gate.view()).toMatchObject({ portal: 'closed' });
    expect((gate.view().limitedTo ?? 0) / before).toBeGreaterThan(0.9);
  });
});

describe('a 503', () => {
  it('between good answers is no outage: orders go on', async () => {
    const { gate, states, departed } = gateOf();
    for (let i = 0; i < 10; i++) {
      (await departed()).ended({ kind: 'overloaded', why: 'HTTP 503' });
      (await departed()).ended({ kind: 'accepted' });
    }
    expect({ states, portal: gate.view().portal }).toStrictEqual({ states: [], portal: 'closed' });
  });

  it('after another, five times, is an outage', async () => {
    const { states, departed } = gateOf();
    (await departed()).ended({ kind: 'accepted' });
    for (let i = 0; i < 5; i++) {
      expect(states).toStrictEqual([]);
      (await departed()).ended({ kind: 'overloaded', why: 'HTTP 503' });
    }
    expect(states).toStrictEqual(['open']);
  });

  it('to many that were under way together is one', async () => {
    const { clock, gate, states } = gateOf();
    const turns = Array.from({ length: 20 }, () => gate.order(nothing));
    await clock.runUntil(1_000);
    for (const turn of await Promise.all(turns))
      if (turn.kind === 'go') turn.departure.ended({ kind: 'overloaded', why: 'HTTP 503' });
    expect(states).toStrictEqual([]);
  });

  it('to a question slows the pace, and holds no order', async () => {
    const { clock, gate, states } = gateOf();
    (await gate.query()).ended({ kind: 'accepted' });
    const next = gate.query();
    await clock.runUntil(10);
    (await next).ended({ kind: 'overloaded', why: 'HTTP 503' });
    expect(gate.view().limitedTo).toBeLessThan(100);
    expect(states).toStrictEqual([]);
  });
});

describe('after an outage', () => {
  it('a late answer from before it does not decide for the trial', async () => {
    const { gate, states, departed } = gateOf();
    const early = await departed();
    (await departed()).ended({ kind: 'unreachable', why: 'no route' });
    gate.probed(true);
    const trial = await departed();
    early.ended({ kind: 'lost', why: 'reset' });
    expect(states).toStrictEqual(['open', 'half-open']);
    trial.ended({ kind: 'accepted' });
    expect(states).toStrictEqual(['open', 'half-open', 'closed']);
  });

  it('another order is the trial if the first did not leave, or its intent could not be written', async () => {
    const { clock, gate, departed } = gateOf();
    (await departed()).ended({ kind: 'unreachable', why: 'no route' });
    gate.probed(true);
    (await departed()).ended({ kind: 'unsent' });
    const [writing, next] = [
      gate.order(() => Promise.reject(new Error('the disk is full'))),
      gate.order(nothing),
    ];
    await clock.runUntil(clock.monotonic() + 1_000);
    const first = await writing;
    if (first.kind === 'go') first.departure.ended({ kind: 'unsent' });
    await clock.runUntil(clock.monotonic() + 1_000);
    expect((await next).kind).toBe('go');
  });
});

describe('with something to prepare for an order', () => {
  const paced = (perSecond: number) => {
    const { clock, stop, gate } = gateOf(perSecond);
    const prepared: number[] = [];
    const prepare = async (): Promise<void> => void prepared.push(clock.monotonic());
    return { clock, stop, gate, prepared, pass: () => gate.order(prepare) };
  };

  it('it is prepared while the order waits for its moment, and not if that is now', async () => {
    const { clock, pass, prepared } = paced(20);
    expect(await pass()).toMatchObject({ kind: 'go', prepared: false });
    const second = pass();
    await clock.runUntil(clock.monotonic() + 5);
    expect(prepared).toHaveLength(1);
    await clock.runUntil(clock.monotonic() + 100);
    expect(await second).toMatchObject({ kind: 'go', prepared: true });
  });

  it('it is withdrawn if the portal asks for a pause, and an order that was not prepared leaves later', async () => {
    const { clock, pass, prepared } = paced(20);
    const first = await pass();
    const [second, third] = [pass(), pass()];
    await clock.runUntil(clock.monotonic() + 5);
    if (first.kind === 'go') first.departure.ended({ kind: 'slower', retryAfterMs: 2_000 });
    await clock.runUntil(clock.monotonic() + 5);
    expect((await second).kind).toBe('withdrawn');
    await clock.runUntil(clock.monotonic() + 3_000);
    expect(await third).toMatchObject({ kind: 'go', prepared: false });
    expect(prepared).toHaveLength(1);
  });

  it('it waits on if the pause is a short one', async () => {
    const { clock, pass } = paced(20);
    const first = await pass();
    const second = pass();
    await clock.runUntil(clock.monotonic() + 5);
    if (first.kind === 'go') first.departure.ended({ kind: 'slower', retryAfterMs: 300 });
    await clock.runUntil(clock.monotonic() + 400);
    expect(await second).toMatchObject({ kind: 'go', prepared: true });
  });

  it('it is not prepared for a moment that is far away', async () => {
    const { clock, pass, prepared } = paced(1);
    const first = await pass();
    if (first.kind === 'go') first.departure.leaves();
    const second = pass();
    await clock.runUntil(clock.monotonic() + 2_000);
    expect(await second).toMatchObject({ kind: 'go', prepared: false });
    expect(prepared).toEqual([]);
  });

  it('it is withdrawn when the run stops', async () => {
    const { clock, stop, pass } = paced(20);
    await pass();
    const [second, third] = [pass(), pass()];
    await clock.runUntil(clock.monotonic() + 5);
    stop.abort();
    expect((await second).kind).toBe('withdrawn');
    expect((await third).kind).toBe('stopped');
  });

  it('it fails for the order whose preparation failed, and for no other', async () => {
    const { clock, gate, pass } = paced(20);
    await pass();
    const second = gate.order(() => Promise.reject(new Error('the disk is full')));
    const told = expect(second).rejects.toThrow('the disk is full');
    const third = pass();
    await clock.runUntil(clock.monotonic() + 500);
    await told;
    expect(await third).toMatchObject({ kind: 'go', prepared: true });
  });
});

describe('an order of somebody who leaves', () => {
  /** Two who send through one gate: what came of an order of each, once it came. */
  function ofTwo({ gate, clock }: ReturnType<typeof gateOf>) {
    const leaving = new AbortController();
    const came: Record<'leaves' | 'stays', string | undefined> = { leaves: undefined, stays: undefined };
    const wait = async (): Promise<void> => {
      void gate
        .until(leaving.signal)
        .order(nothing)
        .then((turn) => (came.leaves = turn.kind));
      void gate.order(nothing).then((turn) => (came.stays = turn.kind));
      await clock.runUntil(clock.monotonic() + 10);
    };
    const leave = async (): Promise<void> => {
      leaving.abort();
      await clock.runUntil(clock.monotonic() + 1);
    };
    return { came, wait, leave, leaving };
  }

  it.each([
    ['in a pause', { kind: 'slower', retryAfterMs: 60_000 }],
    ['while the portal does not answer', { kind: 'unreachable', why: 'no route' }],
  ] as const)('waits no longer %s; that of another one waits on, and leaves in its turn', async (_, sign) => {
    const gated = gateOf();
    (await gated.departed()).ended(sign);
    const { came, wait, leave } = ofTwo(gated);
    await wait();
    expect(came).toEqual({ leaves: undefined, stays: undefined });
    await leave();
    expect(came).toEqual({ leaves: 'stopped', stays: undefined });
    gated.gate.probed(true);
    await gated.clock.runUntil(gated.clock.monotonic() + 62_000);
    expect(came).toEqual({ leaves: 'stopped', stays: 'go' });
  });

  it('does not begin to wait, and does not leave ahead of its turn', async () => {
    const gated = gateOf();
    (await gated.departed()).ended({ kind: 'accepted' });
    const left = gated.gate.until(AbortSignal.abort());
    expect(await left.order(nothing)).toEqual({ kind: 'stopped' });
    expect(left.orderNow()).toBeUndefined();
    await left.unreachable('no route');
  });
});
