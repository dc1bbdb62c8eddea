import { expect, it } from 'vitest';
import type { OrderNo } from '../../../src/common/ids.js';
import { createFirstSeen } from '../../../src/evidence/mirror.js';
import { orderNamed } from '../../support/listed-orders.js';

const O1 = 'O-1' as OrderNo;

function clockAt() {
  const at = { now: 1_000_000, monotonic: 5_000 };
  const pass = (ms: number): void => {
    at.now += ms;
    at.monotonic += ms;
  };
  return { at, pass, now: () => at.now, monotonic: () => at.monotonic };
}
const seen = (clock: ReturnType<typeof clockAt>) =>
  createFirstSeen({ ...clock, random: () => 0, sleep: async () => undefined });

it('an order that was listed before a send was there before it, also when it is seen again', () => {
  const clock = clockAt();
  const firstSeen = seen(clock);
  firstSeen.note([orderNamed('O-1')], true);
  clock.pass(500);
  const sentAt = clock.now();
  clock.pass(500);
  firstSeen.note([orderNamed('O-1'), orderNamed('O-2')], true);
  expect(firstSeen.wasThereBefore(O1, sentAt)).toBe(true);
  expect(firstSeen.wasThereBefore('O-2' as OrderNo, sentAt)).toBe(false);
  expect(firstSeen.lookedBefore(sentAt)).toBe(true);
});

it('a look that could not read the whole list does not count as having looked', () => {
  const clock = clockAt();
  const firstSeen = seen(clock);
  firstSeen.note([], false);
  clock.pass(500);
  expect(firstSeen.lookedBefore(clock.now())).toBe(false);
});

it('nothing is ruled out once our clock was set back', () => {
  const clock = clockAt();
  const firstSeen = seen(clock);
  clock.pass(10_000);
  const sentAt = clock.now();
  clock.at.now -= 9_000;
  firstSeen.note([orderNamed('O-1')], true);
  expect(firstSeen.wasThereBefore(O1, sentAt)).toBe(false);
  expect(firstSeen.lookedBefore(sentAt)).toBe(false);
});
