import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/sandbox/random.js';
import { between } from '../../../support/drive-gate.js';
import { driveWorkers, type WorkerDrive } from '../../../support/drive-workers.js';
import { slidingSecond } from '../../../support/limits.js';

const LIMIT = 40;

/** Three workers that have found a limit of 40 a second. */
async function threeWorkers(more: Partial<WorkerDrive> = {}) {
  const chance = seededRandom(4);
  const driven = driveWorkers({
    passes: slidingSecond(() => LIMIT),
    workers: 3,
    storeMs: () => 0.3 + chance(),
    offsetMs: (worker) => worker * 5_432.1,
    ...more,
  });
  await driven.clock.runUntil(10_000);
  const [first] = driven.workers;
  if (first === undefined) throw new Error('there is no worker');
  return { ...driven, first };
}

describe('a worker', () => {
  it('that is frozen for five seconds costs the others nothing but its slots, and comes back without a burst', async () => {
    const { clock, first, starts, taken, refused, stop } = await threeWorkers();
    first.fate.freezeUntil = 15_000;
    await clock.runUntil(20_000);
    stop();
    expect(between(first.starts, 10_050, 15_000)).toBe(0);
    expect(between(taken, 11_000, 15_000) / (LIMIT * 4)).toBeGreaterThan(0.93);
    expect(between(first.starts, 16_000, 20_000)).toBeGreaterThan(LIMIT);
    for (const at of starts) expect(between(starts, at, at + 1_000)).toBeLessThanOrEqual(LIMIT * 1.6);
    expect(between(refused, 10_000, 20_000)).toBeLessThanOrEqual(4);
  });

  it('that dies costs its slots, no more', async () => {
    const { clock, first, taken, stop } = await threeWorkers();
    first.fate.freezeUntil = Number.POSITIVE_INFINITY;
    await clock.runUntil(20_000);
    stop();
    expect(between(taken, 10_000, 20_000) / (LIMIT * 10)).toBeGreaterThan(0.93);
  });

  it.each([undefined, 20])(
    'that loses the store sends nothing, and goes on later (--rate %s)',
    async (cap) => {
      const { clock, first, taken, stop } = await threeWorkers({ caps: [cap] });
      first.fate.isCut = true;
      await clock.runUntil(20_000);
      first.fate.isCut = false;
      await clock.runUntil(30_000);
      stop();
      expect(between(first.starts, 12_500, 20_000)).toBe(0);
      expect(between(taken, 13_000, 20_000) / ((cap ?? LIMIT) * 7)).toBeGreaterThan(0.9);
      expect(between(first.starts, 26_000, 30_000)).toBeGreaterThan(10);
    },
  );

  it('that loses the store while nothing is limited sends nothing as well', async () => {
    const { clock, first, stop } = await threeWorkers({ passes: () => true, senders: 3 });
    first.fate.isCut = true;
    await clock.runUntil(20_000);
    stop();
    expect(between(first.starts, 9_000, 10_000)).toBeGreaterThan(100);
    expect(between(first.starts, 12_500, 20_000)).toBe(0);
  });
});

describe('a store', () => {
  it('that was emptied is begun anew, after more than a second if there is a --rate', async () => {
    const { clock, starts, store, stop } = await threeWorkers({ caps: [20] });
    store.empty();
    await clock.runUntil(20_000);
    stop();
    expect(between(starts, 10_100, 12_000)).toBe(0);
    expect(between(starts, 13_000, 20_000)).toBeGreaterThan(20 * 7 * 0.85);
  });

  it('that was emptied leads back to the limit', async () => {
    const { clock, taken, store, stop } = await threeWorkers();
    store.empty();
    await clock.runUntil(30_000);
    stop();
    expect(between(taken, 12_000, 30_000) / (LIMIT * 18)).toBeGreaterThan(0.9);
  });

  it.each([-3_600_000, 3_600_000])('whose clock is set by %i ms goes on within seconds', async (byMs) => {
    const { clock, taken, store, stop } = await threeWorkers();
    store.setClock(byMs);
    await clock.runUntil(30_000);
    stop();
    expect(between(taken, 12_000, 30_000) / (LIMIT * 18)).toBeGreaterThan(0.9);
  });

  it('sees few writes while nothing is limited: at 500 starts a second one for ten of them', async () => {
    const { clock, starts, store, stop } = await threeWorkers({
      passes: () => true,
      senders: 17,
      latencyMs: 100,
    });
    const before = store.counts.writes + store.counts.conflicts + store.counts.reads;
    await clock.runUntil(20_000);
    stop();
    const sent = between(starts, 10_000, 20_000);
    expect(sent).toBeGreaterThan(4_500);
    const { writes, conflicts, reads } = store.counts;
    expect((writes + conflicts + reads - before) / sent).toBeLessThan(0.15);
    expect(store.counts.largest).toBeLessThan(20_000);
  });

  it('is asked a few times for each start while there is a limit, and not at all by who waits for nothing', async () => {
    const { clock, starts, store, stop } = await threeWorkers();
    const asked = (): number => store.counts.writes + store.counts.conflicts + store.counts.reads;
    const before = asked();
    await clock.runUntil(20_000);
    expect((asked() - before) / between(starts, 10_000, 20_000)).toBeLessThan(3);
    stop();
    await clock.runUntil(21_000);
    const after = asked();
    await clock.runUntil(60_000);
    expect(asked()).toBe(after);
  });
});
