import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStartWindow } from '../../../src/pace/rate-window.js';
import { virtualClock } from '../../support/virtual-clock.js';

describe('the window before the wire', () => {
  it('lets no more requests start in any one second than it is told, however long each waits for a connection', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 120 }),
        async (perSecond, connecting) => {
          const clock = virtualClock();
          const window = createStartWindow(perSecond, clock);
          const starts: number[] = [];
          const all = connecting.map(async (ms) => {
            const place = await window.enter();
            await clock.sleep(ms);
            place.started();
            starts.push(clock.monotonic());
            place.ended();
          });
          await clock.runUntil(1_000_000);
          await Promise.all(all);
          expect(starts).toHaveLength(connecting.length);
          for (const from of starts) {
            expect(starts.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(
              perSecond,
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the place of a request that never started to the next', async () => {
    const clock = virtualClock();
    const window = createStartWindow(1, clock);
    const refused = await window.enter();
    let entered = false;
    const next = window.enter().then(() => {
      entered = true;
    });
    await clock.runUntil(500);
    expect(entered).toBe(false);
    refused.ended();
    await clock.runUntil(600);
    await next;
    expect(entered).toBe(true);
  });
});
