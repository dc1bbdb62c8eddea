import { describe, expect, it } from 'vitest';
import { createPace } from '../../../src/pace/gate.js';
import { seededRandom } from '../../../src/sandbox/random.js';
import { fixedSecond, type Limiter, slidingSecond, tokenBucket } from '../../support/limits.js';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.js';

interface Portal {
  limit: number;
  accepted: number[];
  refused: number[];
  starts: number[];
}

/** Senders in a loop against a portal that accepts so many requests in any one second. */
function drive(
  clock: VirtualClock,
  options: {
    limit: number;
    cap?: number;
    senders?: number;
    latencyMs?: number;
    /** By how much more a request may take to the portal, ms. */
    jitterMs?: () => number;
    retryAfterMs?: number;
    /** How long the portal takes to answer once it has counted the request, ms. */
    answerMs?: () => number;
    /** Whether a request is turned away before the work that an answer takes. */
    refusesAtOnce?: boolean;
    /** How the portal counts; absent: in a sliding second. */
    limiter?: Limiter;
  },
) {
  const stop = new AbortController();
  const portal: Portal = { limit: options.limit, accepted: [], refused: [], starts: [] };
  const pace = createPace({
    clock,
    signal: stop.signal,
    cap: options.cap,
    breaker: () => undefined,
    onChange: () => undefined,
  });
  const passes = options.limiter ?? slidingSecond(() => portal.limit);
  const sender = async (): Promise<void> => {
    while ((await pace.passOrder()) !== 'stopped') {
      const startedAt = clock.monotonic();
      portal.starts.push(startedAt);
      await clock.sleep((options.latencyMs ?? 20) / 2 + (options.jitterMs?.() ?? 0));
      const arrived = clock.monotonic();
      const ok = passes(arrived);
      (ok ? portal.accepted : portal.refused).push(arrived);
      if (ok || !options.refusesAtOnce)
        await clock.sleep(options.answerMs?.() ?? (options.latencyMs ?? 20) / 2);
      if (ok) pace.accepted(startedAt);
      else pace.turnedAway(startedAt, options.retryAfterMs);
    }
  };
  for (let i = 0; i < (options.senders ?? 50); i++) void sender();
  return { portal, stop };
}

const between = (times: readonly number[], from: number, to: number): number =>
  times.filter((at) => at >= from && at < to).length;

describe('the pace against a hidden limit of 40 requests a second', () => {
  for (const retryAfterMs of [1000, undefined]) {
    for (const latencyMs of [5, 20, 100]) {
      it(`uses at least 95 % of it with at most 3 % refused (latency ${latencyMs} ms, Retry-After ${retryAfterMs ?? 'absent'})`, async () => {
        const clock = virtualClock();
        const { portal, stop } = drive(clock, {
          limit: 40,
          latencyMs,
          ...(retryAfterMs ? { retryAfterMs } : {}),
        });
        await clock.runUntil(60_000);
        stop.abort();
        const sends = portal.accepted.length + portal.refused.length;
        expect(portal.accepted.length / (40 * 60)).toBeGreaterThanOrEqual(0.95);
        expect(portal.refused.length / sends).toBeLessThanOrEqual(0.03);
      });
    }
  }

  const seeds = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => [
    { seed, refusesAtOnce: false },
    { seed, refusesAtOnce: true },
  ]);
  it.each(seeds)(
    'uses it as well where answers take from 40 to 200 ms (seed $seed, refused at once: $refusesAtOnce)',
    async ({ seed, refusesAtOnce }) => {
      const clock = virtualClock();
      const chance = seededRandom(seed);
      const answerMs = (): number => 40 + chance() * 160;
      const { portal, stop } = drive(clock, { limit: 40, latencyMs: 4, answerMs, refusesAtOnce });
      await clock.runUntil(60_000);
      stop.abort();
      const sends = portal.accepted.length + portal.refused.length;
      expect(portal.accepted.length / (40 * 60)).toBeGreaterThanOrEqual(0.95);
      expect(portal.refused.length / sends).toBeLessThanOrEqual(0.03);
    },
  );

  it.each([1, 2, 3, 4])('uses it as well over a line with 25 ms of jitter (seed %i)', async (seed) => {
    const clock = virtualClock();
    const chance = seededRandom(seed);
    const jitterMs = (): number => chance() * 25;
    const { portal, stop } = drive(clock, { limit: 40, jitterMs, retryAfterMs: 1000 });
    await clock.runUntil(60_000);
    stop.abort();
    const sends = portal.accepted.length + portal.refused.length;
    expect(portal.accepted.length / (40 * 60)).toBeGreaterThanOrEqual(0.95);
    expect(portal.refused.length / sends).toBeLessThanOrEqual(0.03);
  });

  describe.each([
    { retryAfterMs: 1000, answers: 'quick' },
    { retryAfterMs: undefined, answers: 'quick' },
    { retryAfterMs: 1000, answers: 'slow' },
    { retryAfterMs: undefined, answers: 'slow' },
  ])('counted otherwise (Retry-After $retryAfterMs, $answers answers)', ({ retryAfterMs, answers }) => {
    const limiters: [string, number, () => Limiter][] = [
      ...[0, 150, 400, 650, 900].map((phase): [string, number, () => Limiter] => [
        `in seconds of a clock, ${phase} ms before ours`,
        // Where the ramp falls into two of the portal's seconds, it takes some pushbacks to tell.
        0.9,
        () => fixedSecond(40, phase),
      ]),
      ['in a bucket of 40', 0.95, () => tokenBucket(40, 40)],
      // A bucket that is nearly empty all the time cannot be told from a limit that has fallen: some is lost.
      ['in a bucket of 20', 0.85, () => tokenBucket(40, 20)],
      ['in a bucket of 10', 0.8, () => tokenBucket(40, 10)],
      ['in a bucket of 1', 0.6, () => tokenBucket(40, 1)],
    ];
    it.each(limiters)('it is used and rarely met: %s', async (_, least, limiter) => {
      const clock = virtualClock();
      const chance = seededRandom(1);
      const { portal, stop } = drive(clock, {
        limit: 40,
        limiter: limiter(),
        latencyMs: 4,
        answerMs: () => (answers === 'quick' ? 15 + chance() * 10 : 40 + chance() * 160),
        refusesAtOnce: answers === 'slow',
        ...(retryAfterMs ? { retryAfterMs } : {}),
      });
      await clock.runUntil(60_000);
      stop.abort();
      const sends = portal.accepted.length + portal.refused.length;
      expect(portal.accepted.length / (40 * 60)).toBeGreaterThanOrEqual(least);
      expect(portal.refused.length / sends).toBeLessThanOrEqual(0.03);
    });
  });

  it('settles again within ten seconds when the limit halves', async () => {
    const clock = virtualClock();
    const { portal, stop } = drive(clock, { limit: 40, retryAfterMs: 1000 });
    await clock.runUntil(20_000);
    portal.limit = 20;
    await clock.runUntil(60_000);
    stop.abort();
    expect(between(portal.accepted, 30_000, 60_000) / (20 * 30)).toBeGreaterThanOrEqual(0.93);
    expect(between(portal.refused, 30_000, 60_000) / (20 * 30)).toBeLessThanOrEqual(0.03);
  });
});

describe('the pace', () => {
  it('starts no more requests in any one second than --rate allows', async () => {
    for (const cap of [1, 3, 10, 40, 333]) {
      const clock = virtualClock();
      const { portal, stop } = drive(clock, { limit: 100_000, cap });
      await clock.runUntil(5_000);
      stop.abort();
      for (const start of portal.starts)
        expect(between(portal.starts, start, start + 1000)).toBeLessThanOrEqual(cap);
      expect(portal.starts.length).toBeGreaterThan(cap * 5 * 0.91 - 1);
    }
  });

  it('reaches the full speed of fifty senders within half a second where no limit is met', async () => {
    const clock = virtualClock();
    const { portal, stop } = drive(clock, { limit: 1_000_000, latencyMs: 100 });
    await clock.runUntil(2_000);
    stop.abort();
    expect(between(portal.starts, 500, 1_500)).toBeGreaterThanOrEqual(495);
    expect(between(portal.starts, 0, 1_000)).toBeGreaterThanOrEqual(380);
  });

  it('holds every sender for as long as one answer asked', async () => {
    const clock = virtualClock();
    const { portal, stop } = drive(clock, { limit: 5, retryAfterMs: 3_000 });
    await clock.runUntil(10_000);
    stop.abort();
    const first = portal.refused[0] ?? Number.NaN;
    expect(between(portal.starts, first + 11, first + 3_000)).toBe(0);
  });

  describe('with something to prepare for an order', () => {
    const paced = (perSecond: number) => {
      const clock = virtualClock();
      const stop = new AbortController();
      const onChange = (): void => undefined;
      const pace = createPace({
        clock,
        signal: stop.signal,
        cap: perSecond,
        breaker: () => undefined,
        onChange,
      });
      const prepared: number[] = [];
      const prepare = async (): Promise<void> => void prepared.push(clock.monotonic());
      return { clock, stop, pace, prepared, pass: () => pace.passOrder(prepare) };
    };

    it('prepares while the order waits for its moment, and not where that is now', async () => {
      const { clock, pass, prepared } = paced(20);
      expect(await pass()).toBe('ready');
      const second = pass();
      await clock.runUntil(clock.monotonic() + 5);
      expect(prepared).toHaveLength(1);
      await clock.runUntil(clock.monotonic() + 100);
      expect(await second).toBe('prepared');
    });

    it('holds an order that was prepared when the portal pushes back, and one that is not starts later', async () => {
      const { clock, pace, pass, prepared } = paced(20);
      await pass();
      const [second, third] = [pass(), pass()];
      await clock.runUntil(clock.monotonic() + 5);
      pace.turnedAway(clock.monotonic(), 2_000);
      await clock.runUntil(clock.monotonic() + 5);
      expect(await second).toBe('withdrawn');
      const pushedBackAt = clock.monotonic();
      await clock.runUntil(pushedBackAt + 3_000);
      expect(await third).toBe('ready');
      expect(prepared).toHaveLength(1);
    });

    it('does not prepare for a moment that is far away', async () => {
      const { clock, pass, prepared } = paced(1);
      await pass();
      const second = pass();
      await clock.runUntil(clock.monotonic() + 2_000);
      expect(await second).toBe('ready');
      expect(prepared).toEqual([]);
    });

    it('lets go of it when the run stops', async () => {
      const { clock, stop, pass } = paced(20);
      await pass();
      const [second, third] = [pass(), pass()];
      await clock.runUntil(clock.monotonic() + 5);
      stop.abort();
      expect(await second).toBe('withdrawn');
      expect(await third).toBe('stopped');
    });

    it('fails for the order whose preparation failed, and for no other', async () => {
      const { clock, pace, pass } = paced(20);
      await pass();
      const second = pace.passOrder(() => Promise.reject(new Error('the disk is full')));
      const told = expect(second).rejects.toThrow('the disk is full');
      const third = pass();
      await clock.runUntil(clock.monotonic() + 500);
      await told;
      expect(await third).toBe('prepared');
    });
  });
});
