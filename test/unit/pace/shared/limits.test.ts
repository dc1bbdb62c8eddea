import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/sandbox/random.js';
import { between } from '../../../support/drive-gate.js';
import { type DrivenWorkers, driveWorkers, type WorkerDrive } from '../../../support/drive-workers.js';
import { fixedSecond, type Limiter, limitReq, slidingSecond, tokenBucket } from '../../../support/limits.js';

const LIMIT = 40;
const SECONDS = 60;

/** Workers that run for a minute, each with its own clock, a ms or two from the store. */
async function driven(drive: Partial<WorkerDrive> & Pick<WorkerDrive, 'passes' | 'workers'>) {
  const chance = seededRandom(9);
  const workers = driveWorkers({
    latencyMs: 4,
    answerMs: () => 20 + chance() * 20,
    storeMs: () => 0.3 + chance(),
    offsetMs: (worker) => worker * 12_345.678,
    ...drive,
  });
  await workers.clock.runUntil(SECONDS * 1_000);
  workers.stop();
  return workers;
}

function expectShares({ taken, refused }: DrivenWorkers, least: number, from = 0): void {
  const [used, back] = [taken, refused].map((times) => between(times, from, SECONDS * 1_000));
  expect((used ?? 0) / (LIMIT * (SECONDS - from / 1_000))).toBeGreaterThanOrEqual(least);
  expect((back ?? 0) / ((used ?? 0) + (back ?? 0))).toBeLessThanOrEqual(0.03);
}

/** How it counts, and how much of it is used at least, without and with a pause of a second for each refusal. */
const LIMITS: readonly (readonly [string, () => Limiter, number, number])[] = [
  ['in any one second', () => slidingSecond(() => LIMIT), 0.95, 0.95],
  ['by the distance', () => limitReq(LIMIT), 0.92, 0.84],
  ['by the distance, with a burst', () => limitReq(LIMIT, 20), 0.95, 0.9],
  ['in seconds of a clock', () => fixedSecond(LIMIT, 400), 0.95, 0.95],
  ['in a bucket of 40', () => tokenBucket(LIMIT, 40), 0.95, 0.95],
  ['in a bucket of 20', () => tokenBucket(LIMIT, 20), 0.95, 0.87],
  // With a pause of a second for each refusal it takes some of them to tell a bucket from what fills it.
  ['in a bucket of 10', () => tokenBucket(LIMIT, 10), 0.95, 0.79],
];

describe('a hidden limit of 40 a second', () => {
  it.each(LIMITS)('is used by three workers as by one, and rarely met: %s', async (_, limit, least) => {
    expectShares(await driven({ passes: limit(), workers: 3 }), least);
  });

  it.each(LIMITS)('is used if each refusal asks for a pause: %s', async (_, limit, _least, least) => {
    expectShares(await driven({ passes: limit(), workers: 3, retryAfterMs: 1_000 }), least);
  });

  it.each([1, 2, 4, 5])('is used by any number of workers: %i', async (workers) => {
    for (const passes of [slidingSecond(() => LIMIT), limitReq(LIMIT)])
      expectShares(await driven({ passes, workers }), 0.92);
  });
});

describe('three workers', () => {
  it.each([429, 503] as const)('share what there is about evenly (%i)', async (status) => {
    const { workers, starts } = await driven({ passes: slidingSecond(() => LIMIT), workers: 3, status });
    for (const worker of workers) expect(worker.starts.length / starts.length).toBeGreaterThan(0.2);
  });

  it.each([10, 40])('use a limit also if the store is %i ms away', async (awayMs) => {
    const chance = seededRandom(2);
    const storeMs = (): number => awayMs / 2 + chance() * 2;
    expectShares(await driven({ passes: slidingSecond(() => LIMIT), workers: 3, storeMs }), 0.9);
  });

  it.each([
    ['in any one second', slidingSecond(() => LIMIT), 0.95],
    // One that is late brings the next one too near, and that may be another worker's.
    ['by the distance', limitReq(LIMIT), 0.8],
  ] as const)('use a limit also on busy machines: %s', async (_, passes, least) => {
    const chance = seededRandom(5);
    const lateMs = (): number => chance() * 1.2 + (chance() < 0.03 ? chance() * 8 : 0);
    expectShares(await driven({ passes, workers: 3, lateMs }), least);
  });

  it('find a limit that falls to a half within ten seconds', async () => {
    let limit = LIMIT * 2;
    const passes = slidingSecond(() => limit);
    const chance = seededRandom(9);
    const workers = driveWorkers({ passes, workers: 3, retryAfterMs: 1_000, storeMs: () => 0.3 + chance() });
    await workers.clock.runUntil(20_000);
    limit = LIMIT;
    await workers.clock.runUntil(60_000);
    workers.stop();
    expectShares(workers, 0.93, 30_000);
  });

  it('all wait while one is told to', async () => {
    let open = true;
    const passes = (): boolean => open;
    const workers = driveWorkers({
      passes,
      workers: 3,
      senders: 5,
      retryAfterMs: 3_000,
      storeMs: () => 1,
    });
    await workers.clock.runUntil(2_000);
    open = false;
    await workers.clock.runUntil(2_100);
    open = true;
    const first = workers.refused[0] ?? Number.NaN;
    await workers.clock.runUntil(8_000);
    workers.stop();
    // The answer takes 10 ms, its news as long as a message to the store and one from it.
    expect(between(workers.starts, first + 15, first + 3_000)).toBe(0);
    expect(between(workers.starts, first + 3_000, first + 4_500)).toBeGreaterThan(0);
  });
});
