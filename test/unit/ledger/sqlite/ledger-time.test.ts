import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Clock } from '../../../../src/common/clock.js';
import { createLedgerTime } from '../../../../src/ledger/ledger-time.js';
import { openSqlite } from '../../../../src/ledger/sqlite/open.js';
import { temporaryFolder } from '../../../support/temp-folder.js';

const folder = temporaryFolder();

/** A machine whose wall clock is set by hand and whose monotonic clock begins anew with each process. */
function machine(wall: number) {
  let now = wall;
  let monotonic = 0;
  const clock: Clock = {
    now: () => now,
    wall: () => now,
    monotonic: () => monotonic,
    sleep: async () => undefined,
    random: () => 0.5,
  };
  return {
    clock,
    pass: (ms: number) => {
      now += ms;
      monotonic += ms;
    },
    step: (ms: number) => {
      now += ms;
    },
    restart: () => {
      monotonic = 0;
    },
  };
}

const NOON = 1_780_000_000_000;
const HOUR_MS = 3_600_000;

it('a step of the wall clock does nothing to the time of the ledger', async () => {
  const { clock, pass, step } = machine(NOON);
  const ledger = await openSqlite(join(folder, 'step.db'), 'portal', clock);
  const before = ledger.time.now();
  step(2 * HOUR_MS);
  expect(ledger.time.now()).toBe(before);
  pass(500);
  expect(ledger.time.now()).toBe(before + 500);
  await ledger.close();
});

it('between two processes it stands still before both clocks agree that time has passed', async () => {
  const { clock, pass, restart } = machine(NOON);
  const path = join(folder, 'between.db');
  const first = await openSqlite(path, 'portal', clock);
  pass(1_000);
  const look = await first.mirror.beginLook();
  await first.mirror.endLook(look, true, NOON);
  const left = first.time.now();
  await first.close();
  restart();
  pass(HOUR_MS);
  restart();
  const second = await openSqlite(path, 'portal', clock);
  expect(second.time.now()).toBe(left);
  second.time.confirm(clock.now(), NOON + HOUR_MS);
  expect(second.time.now()).toBeGreaterThanOrEqual(left + HOUR_MS - 5_000);
  expect(second.time.now()).toBeLessThanOrEqual(left + HOUR_MS);
  await second.close();
});

it.each([
  ['ours alone jumps forward', 2 * HOUR_MS, 10_000],
  ['the portal’s alone jumps forward', 10_000, 2 * HOUR_MS],
  ['both go back', -HOUR_MS, -HOUR_MS],
])('%s: the smaller step counts, and it never goes back', (_, wallStep, portalStep) => {
  const time = createLedgerTime(5_000, { at: 5_000, wall: NOON, portal: NOON }, { monotonic: () => 0 });
  time.confirm(NOON + wallStep, NOON + portalStep);
  expect(time.now()).toBeGreaterThanOrEqual(5_000);
  expect(time.now()).toBeLessThanOrEqual(15_000);
});

it('our clock ahead in one run and right in the next makes nobody wait for the difference', async () => {
  const { clock, pass, step, restart } = machine(NOON + 2 * HOUR_MS);
  const path = join(folder, 'ahead.db');
  const first = await openSqlite(path, 'portal', clock);
  const openUntil = first.time.now() + 1_000;
  await first.mirror.endLook(await first.mirror.beginLook(), true, NOON);
  await first.close();
  step(-2 * HOUR_MS);
  restart();
  const second = await openSqlite(path, 'portal', clock);
  pass(2_000);
  expect(second.time.now()).toBeGreaterThanOrEqual(openUntil);
  await second.close();
});
