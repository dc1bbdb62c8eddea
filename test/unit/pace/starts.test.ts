import { expect, it } from 'vitest';
import { createStarts } from '../../../src/pace/starts.js';

it('what was refused does not count', () => {
  const starts = createStarts();
  const [, second] = [100, 200, 300].map((at) => starts.add(at));
  const last = starts.add(400);
  expect(starts.countBefore(last)).toBe(3);
  if (second !== undefined) starts.remove(second);
  starts.remove(last);
  expect(starts.countBefore(last)).toBe(2);
  expect(starts.lastAt()).toBe(300);
  expect(starts.countLast()).toBe(2);
});

it('a second counts, and no more', () => {
  const starts = createStarts();
  for (const at of [0, 500, 1_400]) starts.add(at);
  expect(starts.countBefore(starts.add(1_500))).toBe(2);
  expect(starts.countSince(500)).toBe(2);
});

it('there is room when the oldest of so many leaves the window', () => {
  const starts = createStarts();
  for (const at of [0, 10, 20]) starts.add(at);
  expect(starts.roomAt(2, 1_000)).toBe(1_010);
  expect(starts.roomAt(4, 1_000)).toBe(Number.NEGATIVE_INFINITY);
});

it('many are forgotten once they are old', () => {
  const starts = createStarts();
  for (let at = 0; at < 10_000; at++) starts.add(at);
  expect(starts.countSince(-1)).toBeLessThanOrEqual(3_001);
  expect(starts.countLast()).toBe(1_001);
});
