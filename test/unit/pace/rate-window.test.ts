import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRateWindow } from '../../../src/pace/rate-window.js';

it('no more requests leave in any one second than it is told, however long each waits for a connection', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 120 }),
      (perSecond, connecting) => {
        const window = createRateWindow(perSecond);
        let connections: { readonly at: number; readonly leave: () => void }[] = [];
        const starts: number[] = [];
        let now = 0;
        const passTo = (time: number): void => {
          for (const { leave } of connections.filter(({ at }) => at <= time)) leave();
          connections = connections.filter(({ at }) => at > time);
          now = time;
        };
        for (const ms of connecting) {
          for (let freeAt = window.freeAt(now); freeAt > now; freeAt = window.freeAt(now)) passTo(freeAt);
          const place = window.enter();
          const at = now + ms;
          const leave = (): void => {
            place.left(at);
            starts.push(at);
            place.ended();
          };
          connections.push({ at, leave });
          passTo(now);
        }
        passTo(now + 400);
        expect(starts).toHaveLength(connecting.length);
        for (const from of starts) {
          const within = starts.filter((at) => at >= from && at < from + 1000).length;
          expect(within).toBeLessThanOrEqual(perSecond);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('the place of a request that never left is free again', () => {
  const window = createRateWindow(1);
  const place = window.enter();
  expect(window.freeAt(500)).toBeGreaterThan(500);
  place.ended();
  expect(window.freeAt(500)).toBe(500);
});
