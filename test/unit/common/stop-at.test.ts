import { expect, it } from 'vitest';
import { createStop } from '../../../src/common/stop.js';
import { stopAt } from '../../../src/common/stop-at.js';
import { virtualClock } from '../../support/virtual-clock.js';

it('a run is stopped at its time, not before, and says so once', async () => {
  const [clock, stop] = [virtualClock(), createStop()];
  let told = 0;
  stopAt(100_000, { clock, stop }, () => told++);
  await clock.runUntil(99_999);
  expect({ reason: stop.reason(), told }).toEqual({ reason: undefined, told: 0 });
  await clock.runUntil(100_000);
  expect({ reason: stop.reason(), told }).toEqual({ reason: { kind: 'until', at: 100_000 }, told: 1 });
});

it('a time that has passed stops the run before anything is sent', () => {
  const stop = createStop();
  stopAt(0, { clock: virtualClock(), stop }, () => undefined);
  expect(stop.signal.aborted).toBe(true);
});

it('a run that has ended is not stopped any more', async () => {
  const [clock, stop] = [virtualClock(), createStop()];
  stopAt(100_000, { clock, stop }, () => undefined)();
  await clock.runUntil(200_000);
  expect(stop.reason()).toBeUndefined();
});
