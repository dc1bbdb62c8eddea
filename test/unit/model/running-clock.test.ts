import { expect, it } from 'vitest';
import { runningClock } from '../../support/running-clock.js';

it('wakes who sleeps in the order of their times, without waiting', async () => {
  const clock = runningClock();
  const woken: [string, number][] = [];
  const sleep = (name: string, ms: number): Promise<unknown> =>
    clock.sleep(ms).then(() => woken.push([name, clock.monotonic()]));
  await Promise.all([sleep('day', 86_400_000), sleep('second', 1_000), sleep('minute', 60_000)]);
  expect(woken).toEqual([
    ['second', 1_000],
    ['minute', 60_000],
    ['day', 86_400_000],
  ]);
});

it('passes and is set: what is set is not passed', async () => {
  const clock = runningClock();
  const start = clock.now();
  const sleeping = clock.sleep(1_000);
  clock.pass(400);
  clock.step(-60_000);
  await sleeping;
  expect([clock.monotonic(), clock.now() - start, clock.trueNow() - start]).toEqual([1_000, -59_000, 1_000]);
});

it('ends a sleep at once if it is aborted, and the time does not come to its end', async () => {
  const clock = runningClock();
  const stopping = new AbortController();
  const sleeping = clock.sleep(1_000, stopping.signal);
  stopping.abort();
  await sleeping;
  await clock.sleep(5, stopping.signal);
  await clock.sleep(10);
  expect(clock.monotonic()).toBe(10);
});
