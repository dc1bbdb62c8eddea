import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/sandbox/random.js';
import { between, type Drive, driveGate } from '../../support/drive-gate.js';
import { fixedSecond, type Limiter, limitReq, slidingSecond, tokenBucket } from '../../support/limits.js';

/** How much of a limit is used, and what share of the requests is refused, in so many seconds from the first on. */
async function shares(drive: Drive & { readonly limit: number; readonly seconds?: number }) {
  const { clock, taken, refused, stop } = driveGate(drive);
  const seconds = drive.seconds ?? 60;
  await clock.runUntil(seconds * 1_000);
  stop.abort();
  return {
    used: taken.length / (drive.limit * seconds),
    refused: refused.length / (taken.length + refused.length),
  };
}

async function expectShares(
  drive: Drive & { readonly limit: number; readonly seconds?: number },
  least: number,
  most: number,
): Promise<void> {
  const { used, refused } = await shares(drive);
  expect(used).toBeGreaterThanOrEqual(least);
  expect(refused).toBeLessThanOrEqual(most);
}

const sliding40 = (): Limiter => slidingSecond(() => 40);
const retryAfter = (ms: number | undefined): { retryAfterMs?: number } =>
  ms === undefined ? {} : { retryAfterMs: ms };

describe('a hidden limit of 40 requests in any one second', () => {
  const ways = [1000, undefined].flatMap((retryAfterMs) =>
    [5, 20, 100].map((latencyMs) => ({ latencyMs, retryAfterMs })),
  );
  it.each(ways)(
    'is used and rarely met (latency $latencyMs ms, Retry-After $retryAfterMs)',
    ({ latencyMs, retryAfterMs }) =>
      expectShares({ limit: 40, passes: sliding40(), latencyMs, ...retryAfter(retryAfterMs) }, 0.95, 0.03),
  );

  const seeds = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => [
    { seed, refusesAtOnce: false },
    { seed, refusesAtOnce: true },
  ]);
  it.each(seeds)(
    'is used as well if answers take from 40 to 200 ms (seed $seed, refused at once: $refusesAtOnce)',
    ({ seed, refusesAtOnce }) => {
      const chance = seededRandom(seed);
      const answerMs = (): number => 40 + chance() * 160;
      return expectShares(
        { limit: 40, passes: sliding40(), latencyMs: 4, answerMs, refusesAtOnce },
        0.95,
        0.03,
      );
    },
  );

  it.each([1, 2, 3, 4])('is used as well over a line with 25 ms of jitter (seed %i)', (seed) => {
    const chance = seededRandom(seed);
    const jitterMs = (): number => chance() * 25;
    return expectShares({ limit: 40, passes: sliding40(), jitterMs, retryAfterMs: 1000 }, 0.95, 0.03);
  });
});

describe.each([
  { retryAfterMs: 1000, answers: 'quick' },
  { retryAfterMs: undefined, answers: 'quick' },
  { retryAfterMs: 1000, answers: 'slow' },
  { retryAfterMs: undefined, answers: 'slow' },
])('a limit that is counted otherwise (Retry-After $retryAfterMs, $answers answers)', (way) => {
  const limiters: [string, number, () => Limiter][] = [
    ...[0, 150, 400, 650, 900].map((phase): [string, number, () => Limiter] => [
      `in seconds of a clock, ${phase} ms before ours`,
      0.94,
      () => fixedSecond(40, phase),
    ]),
    ['in a bucket of 40', 0.95, () => tokenBucket(40, 40)],
    // With a pause of a second for each refusal it takes some of them to tell a bucket from what fills it.
    ['in a bucket of 20', 0.9, () => tokenBucket(40, 20)],
    ['in a bucket of 10', 0.84, () => tokenBucket(40, 10)],
    ['in a bucket of 1', 0.8, () => tokenBucket(40, 1)],
  ];
  it.each(limiters)('is used and rarely met: %s', (_, least, limiter) => {
    const chance = seededRandom(1);
    const isSlow = way.answers === 'slow';
    const drive: Drive = {
      passes: limiter(),
      latencyMs: 4,
      answerMs: () => (isSlow ? 40 + chance() * 160 : 15 + chance() * 10),
      refusesAtOnce: isSlow,
      ...retryAfter(way.retryAfterMs),
    };
    return expectShares({ ...drive, limit: 40 }, way.retryAfterMs === undefined ? 0.94 : least, 0.03);
  });
});

describe("nginx' limit_req", () => {
  const ways = ([429, 503] as const).flatMap((status) =>
    [20, 40].flatMap((limit) =>
      [0, 20].flatMap((burst) =>
        [5, 50].flatMap((senders) => [true, false].map((busy) => ({ status, limit, burst, senders, busy }))),
      ),
    ),
  );
  it.each(ways)(
    'is used from the first second on: $limit/s, burst $burst, status $status, $senders at a time, busy machine: $busy',
    ({ status, limit, burst, senders, busy }) => {
      const chance = seededRandom(5);
      const drive: Drive = {
        passes: limitReq(limit, burst),
        senders,
        status,
        latencyMs: 2,
        answerMs: () => 20,
        refusesAtOnce: true,
        ...(busy
          ? {
              lateMs: () => chance() * 1.2 + (chance() < 0.03 ? chance() * 8 : 0),
              jitterMs: () => chance() * 0.7,
            }
          : {}),
      };
      return expectShares({ ...drive, limit, seconds: 10 }, burst > 0 ? 0.95 : 0.85, 0.05);
    },
  );

  it.each([1, 2, 5, 10, 100])('of %i a second is used as well', (limit) =>
    expectShares({ limit, passes: limitReq(limit), latencyMs: 4 }, 0.85, limit < 5 ? 0.2 : 0.05),
  );

  it('over a long line with fifty at a time is used as well, once what was under way is back', async () => {
    const { taken, refused, clock, stop } = driveGate({
      passes: limitReq(20),
      status: 503,
      latencyMs: 100,
      answerMs: () => 50,
      refusesAtOnce: true,
    });
    await clock.runUntil(62_000);
    stop.abort();
    expect(between(taken, 2_000, 62_000) / (20 * 60)).toBeGreaterThanOrEqual(0.93);
    expect(between(refused, 2_000, 62_000) / (20 * 60)).toBeLessThanOrEqual(0.02);
  });
});

describe('a limit that changes', () => {
  it('to a half is used again within ten seconds, rarely met', async () => {
    let limit = 40;
    const { taken, refused, clock, stop } = driveGate({
      passes: slidingSecond(() => limit),
      retryAfterMs: 1000,
    });
    await clock.runUntil(20_000);
    limit = 20;
    await clock.runUntil(60_000);
    stop.abort();
    expect(between(taken, 30_000, 60_000) / (20 * 30)).toBeGreaterThanOrEqual(0.93);
    expect(between(refused, 30_000, 60_000) / (20 * 30)).toBeLessThanOrEqual(0.03);
  });

  it('to a half, counted by the distance, is used again within ten seconds as well', async () => {
    const [first, second] = [limitReq(40), limitReq(20)];
    const { taken, refused, clock, stop } = driveGate({
      passes: (now) => (now < 20_000 ? first(now) : second(now)),
    });
    await clock.runUntil(60_000);
    stop.abort();
    expect(between(taken, 30_000, 60_000) / (20 * 30)).toBeGreaterThanOrEqual(0.85);
    expect(between(refused, 30_000, 60_000) / (20 * 30)).toBeLessThanOrEqual(0.03);
  });

  it('to the double is found in the end', async () => {
    const [first, second] = [limitReq(20), limitReq(40)];
    const { taken, clock, stop } = driveGate({
      passes: (now) => (now < 20_000 ? first(now) : second(now)),
    });
    await clock.runUntil(100_000);
    stop.abort();
    expect(between(taken, 70_000, 100_000) / (40 * 30)).toBeGreaterThanOrEqual(0.9);
  });
});

it('a portal that turns away one in ten at random does not slow a batch to a crawl', async () => {
  const chance = seededRandom(3);
  const { taken, clock, stop } = driveGate({ passes: () => chance() > 0.1, latencyMs: 5, senders: 10 });
  await clock.runUntil(60_000);
  stop.abort();
  expect(taken.length / 60).toBeGreaterThanOrEqual(3);
});
