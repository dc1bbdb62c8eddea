import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/sandbox/random.js';
import { between } from '../../../support/drive-gate.js';
import { driveWorkers } from '../../../support/drive-workers.js';

/** The most requests that left within any one second. */
const mostInASecond = (starts: readonly number[]): number =>
  Math.max(0, ...starts.map((from) => between(starts, from, from + 1_000)));

/** By then all workers know of the least --rate, if they have different ones. */
const KNOWN_MS = 5_000;

/** What happens to a worker, or to the store, at some moment. */
const trouble = fc.record({
  at: fc.integer({ min: 0, max: 14_000 }),
  worker: fc.nat({ max: 3 }),
  forMs: fc.integer({ min: 1, max: 6_000 }),
  what: fc.constantFrom('freeze', 'sleep', 'cut', 'stop', 'empty', 'ahead', 'back', 'slower'),
});

describe('--rate over several workers', () => {
  it('holds in every second at the wire, whatever is late, frozen, asleep, cut off, emptied or set', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          cap: fc.integer({ min: 1, max: 40 }),
          workers: fc.integer({ min: 1, max: 4 }),
          storeMs: fc.constantFrom(0.2, 2, 20, 80),
          lateMs: fc.constantFrom(0, 2, 30),
          connectMs: fc.constantFrom(0, 5, 50, 600),
          /** Each of the others may allow more, or anything: the least holds for all. */
          others: fc.constantFrom(0, 20, undefined),
          troubles: fc.array(trouble, { maxLength: 8 }),
          seed: fc.nat(),
        }),
        async ({ cap, workers, others, troubles, seed, ...delays }) => {
          const chance = seededRandom(seed);
          const driven = driveWorkers({
            passes: () => chance() > 0.02,
            workers,
            caps: [cap, others === undefined ? undefined : cap + others],
            senders: 8,
            storeMs: () => chance() * delays.storeMs,
            lateMs: () => chance() * delays.lateMs,
            connectMs: () => (chance() < 0.2 ? chance() * delays.connectMs : 0),
            offsetMs: (worker) => worker * 98_765.4321,
            seed,
          });
          const { clock, store } = driven;
          if (others !== 0) await clock.runUntil(KNOWN_MS);
          for (const { at, worker: index, forMs, what } of [...troubles].sort((a, b) => a.at - b.at)) {
            await clock.runUntil(Math.max(at, clock.monotonic()));
            const worker = driven.workers[index % workers];
            if (worker === undefined) continue;
            if (what === 'freeze' || what === 'sleep') worker.fate.freezeUntil = clock.monotonic() + forMs;
            if (what === 'sleep') worker.fate.sleeps.push({ from: clock.monotonic(), forMs });
            if (what === 'stop') worker.stop.abort();
            if (what === 'empty') store.empty();
            if (what === 'ahead') store.setClock(forMs / 2);
            if (what === 'back') store.setClock(-forMs);
            if (what === 'slower') worker.gate.query().then(({ ended }) => ended({ kind: 'slower' }));
            if (what === 'cut') {
              worker.fate.isCut = true;
              void clock.sleep(forMs).then(() => {
                worker.fate.isCut = false;
              });
            }
          }
          await clock.runUntil(15_000);
          driven.stop();
          const known = driven.starts.filter((at) => others === 0 || at >= KNOWN_MS);
          expect(mostInASecond(known)).toBeLessThanOrEqual(cap);
        },
      ),
      { numRuns: 80 },
    );
  });
});
