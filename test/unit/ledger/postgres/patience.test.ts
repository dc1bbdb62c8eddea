import { describe, expect, it } from 'vitest';
import { Problem } from '../../../../src/common/errors.js';
import { createPatience } from '../../../../src/ledger/postgres/patience.js';
import { virtualClock } from '../../../support/virtual-clock.js';

const broken = (): Error => Object.assign(new Error('reset'), { code: 'ECONNRESET' });

/** A database that cannot be reached until then. */
function databaseUntil(backAt: number) {
  const clock = virtualClock();
  const closing = new AbortController();
  const state = { outages: 0, asked: 0, lost: undefined as Problem | undefined };
  const patience = createPatience({
    clock,
    closing: closing.signal,
    lost: () => state.lost,
    onOutage: () => {
      state.outages++;
    },
  });
  const ask = () =>
    patience(async () => {
      state.asked++;
      if (clock.monotonic() < backAt) throw broken();
      return 'answer';
    });
  return { clock, closing, state, patience, ask };
}

describe('patience with a database', () => {
  it('asks again until it is back, and says once that it waits, however many ask', async () => {
    const { clock, state, ask } = databaseUntil(10_000);
    const answers = Promise.all([ask(), ask(), ask()]);
    await clock.runUntil(15_000);
    expect(await answers).toEqual(['answer', 'answer', 'answer']);
    expect(state.outages).toBe(1);
    expect(state.asked).toBeLessThan(60);
  });

  it('ends after a minute with the error as it was met, and from then on at once until the database is back', async () => {
    const { clock, state, ask } = databaseUntil(70_000);
    const first = ask().catch((error: Error) => error.message);
    await clock.runUntil(59_000);
    const asked = state.asked;
    expect(asked).toBeGreaterThan(20);
    await clock.runUntil(65_000);
    expect(await first).toBe('reset');
    await expect(ask()).rejects.toThrow('reset');
    await clock.runUntil(71_000);
    expect(await ask()).toBe('answer');
  });

  it('does not wait for a database that is another one by now, or for a ledger that is closed', async () => {
    const { state, closing, ask } = databaseUntil(10_000);
    state.lost = new Problem('ledger_restarted', 'another');
    await expect(ask()).rejects.toMatchObject({ code: 'ledger_restarted' });
    state.lost = undefined;
    closing.abort();
    await expect(ask()).rejects.toThrow('reset');
  });

  it('does nothing twice that failed for another reason', async () => {
    const { patience } = databaseUntil(0);
    let done = 0;
    const refused = patience(async () => {
      done++;
      throw new Problem('ledger_disk_full', 'full');
    });
    await expect(refused).rejects.toMatchObject({ code: 'ledger_disk_full' });
    expect(done).toBe(1);
  });
});
