import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { slidingSecond } from '../../../src/sandbox/window.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('keeps what happened for exactly a second, wherever the clock stands in its own', () => {
  const window = slidingSecond(() => performance.now());
  vi.advanceTimersByTime(900);
  window.add();
  vi.advanceTimersByTime(400);
  window.add();
  expect([window.count(), window.untilFree()]).toEqual([2, 600]);
  vi.advanceTimersByTime(599);
  expect([window.count(), window.untilFree()]).toEqual([2, 1]);
  vi.advanceTimersByTime(1);
  expect([window.count(), window.untilFree()]).toEqual([1, 400]);
  vi.advanceTimersByTime(400);
  expect([window.count(), window.untilFree()]).toEqual([0, 0]);
});

it('counts right across the cuts that keep it small', () => {
  const window = slidingSecond(() => performance.now());
  for (let ms = 0; ms < 20_000; ms++) {
    window.add();
    expect(window.count()).toBe(Math.min(ms + 1, 1000));
    vi.advanceTimersByTime(1);
  }
});
