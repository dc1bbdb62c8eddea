import pg from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src/common/clock.js';
import type { PaceStore } from '../../../../src/common/pace-store.js';
import { postgresLocation } from '../../../../src/ledger/postgres/location.js';
import { hearNotices } from '../../../../src/ledger/postgres/notices.js';
import { createPostgresStore, gateChannel } from '../../../../src/ledger/postgres/pace-store.js';
import { createGate } from '../../../../src/pace/gate.js';
import { createSharedPacer } from '../../../../src/pace/shared/shared-pacer.js';
import { between } from '../../../support/drive-gate.js';
import { slidingSecond } from '../../../support/limits.js';
import { newOnPostgres, schemaOf, urlWithSchema } from '../../../support/postgres.js';
import { virtualClock } from '../../../support/virtual-clock.js';

const here = describe.skipIf(inject('postgresUrl') === undefined);

/** A schema with the tables of a ledger, and any number of workers' ways to its pace. */
async function paceOnPostgres(name: string) {
  const ledger = await newOnPostgres(name, virtualClock());
  await ledger.close();
  const url = urlWithSchema(name);
  const location = postgresLocation(url, '/', 'portal', {});
  const schema = schemaOf(url);
  const stop = new AbortController();
  const pools: pg.Pool[] = [];
  const heard: Promise<void>[] = [];
  onTestFinished(async () => {
    stop.abort();
    await Promise.all([...heard, ...pools.map((pool) => pool.end())]);
  });
  const worker = (account = 'account'): PaceStore => {
    const pool = new pg.Pool({ connectionString: location.url, options: `-c search_path=${schema}`, max: 2 });
    pools.push(pool);
    return createPostgresStore({
      pool,
      account,
      schema,
      listen: (channel, listener) =>
        void heard.push(
          hearNotices(location, channel, listener, { clock: systemClock, signal: stop.signal }),
        ),
    });
  };
  const run = (text: string, values: unknown[] = []) => pools[0]?.query(text, values);
  return { worker, stop, run, channel: gateChannel(schema) };
}

here('a pace in PostgreSQL', () => {
  it('is empty at first, one for each account, and has a time of its own', async () => {
    const { worker } = await paceOnPostgres('pace: first');
    const [one, again, other] = await Promise.all([
      worker().read(),
      worker().read(),
      worker('another account').read(),
    ]);
    expect(one).toMatchObject({ state: null, version: again.version });
    expect(other.version).not.toBe(one.version);
    expect(Math.abs(one.now - Date.now())).toBeLessThan(60_000);
    const later = await worker().read();
    expect(later.now).toBeGreaterThan(one.now);
  });

  it('is written by one of those who know it, and the others learn what it is', async () => {
    const { worker } = await paceOnPostgres('pace: compare and set');
    const [one, other] = [worker(), worker()];
    const { version } = await one.read();
    const attempts = await Promise.all([
      one.write({ by: 'one' }, version, false),
      other.write({ by: 'other' }, version, false),
    ]);
    expect(attempts.map(({ written }) => written).sort()).toEqual([false, true]);
    const late = await one.write({ by: 'late' }, version, false);
    const now = await one.read();
    expect(late).toMatchObject({ written: false, state: now.state, version: now.version });
    expect(await other.write({ by: 'next' }, now.version, false)).toMatchObject({ written: true });
    expect((await one.read()).state).toEqual({ by: 'next' });
  });

  it('that is gone begins anew, and is not what it was', async () => {
    const { worker, run } = await paceOnPostgres('pace: emptied');
    const store = worker();
    const { version } = await store.read();
    await run('truncate gate');
    const attempt = await store.write({ by: 'one' }, version, false);
    expect(attempt).toMatchObject({ written: false, state: null });
    expect(attempt.version).not.toBe(version);
  });

  it('is told to the others of the account when it matters, also after their connection broke', async () => {
    const { worker, run, channel } = await paceOnPostgres('pace: notices');
    const [one, other, stranger] = [worker(), worker(), worker('another account')];
    let told = 0;
    const unwanted: string[] = [];
    one.onChange(() => unwanted.push('itself'));
    stranger.onChange(() => unwanted.push('a stranger'));
    other.onChange(() => told++);
    /** Writes and tells until it was heard: who does not listen yet hears nothing. */
    const untilTold = async (): Promise<void> => {
      for (const before = told; told === before; await systemClock.sleep(20)) {
        const { version } = await one.read();
        expect((await one.write({ told }, version, true)).written).toBe(true);
      }
    };
    await untilTold();
    await run('select pg_terminate_backend(pid) from pg_stat_activity where query = $1', [
      `listen ${pg.escapeIdentifier(channel)}`,
    ]);
    await untilTold();
    expect(told).toBeGreaterThanOrEqual(2);
    expect(unwanted).toEqual([]);
  });

  it('serves three workers: a limit of 40 a second is used, and rarely met', async () => {
    const { worker, stop } = await paceOnPostgres('pace: three workers');
    const [taken, refused]: [number[], number[]] = [[], []];
    const passes = slidingSecond(() => 40);
    const senders = [1, 2, 3].map(() => {
      const gate = createGate({
        clock: systemClock,
        signal: stop.signal,
        cap: undefined,
        onPause: () => undefined,
        onPortal: () => undefined,
        pacerOf: (hooks) =>
          createSharedPacer({
            ...hooks,
            clock: systemClock,
            signal: stop.signal,
            cap: undefined,
            store: worker(),
          }),
      });
      const send = async (): Promise<void> => {
        for (;;) {
          const turn = await gate.order(async () => undefined);
          if (turn.kind === 'stopped') return;
          if (turn.kind === 'withdrawn') continue;
          turn.departure.leaves();
          await systemClock.sleep(5, stop.signal);
          const passed = passes(performance.now());
          (passed ? taken : refused).push(performance.now());
          await systemClock.sleep(20, stop.signal);
          turn.departure.ended(passed ? { kind: 'accepted' } : { kind: 'slower', retryAfterMs: 1_000 });
        }
      };
      return Array.from({ length: 5 }, send);
    });
    await systemClock.sleep(8_000);
    stop.abort();
    await Promise.all(senders.flat());
    const end = performance.now();
    // How much of a limit is used is a matter of milliseconds: limits.test.ts holds it by a clock of its own.
    expect(between(taken, end - 6_000, end) / (40 * 6)).toBeGreaterThan(0.5);
    expect(refused.length).toBeLessThan(taken.length * 0.15);
  });

  it('holds a --rate over three workers in every second', { retry: 1 }, async () => {
    const { worker, stop } = await paceOnPostgres('pace: rate');
    const starts: number[] = [];
    const senders = [1, 2, 3].map(async () => {
      const gate = createGate({
        clock: systemClock,
        signal: stop.signal,
        cap: 20,
        onPause: () => undefined,
        onPortal: () => undefined,
        pacerOf: (hooks) =>
          createSharedPacer({ ...hooks, clock: systemClock, signal: stop.signal, cap: 20, store: worker() }),
      });
      for (;;) {
        const turn = await gate.order(async () => undefined);
        if (turn.kind === 'stopped') return;
        if (turn.kind === 'withdrawn') continue;
        const left = turn.departure.leaves();
        if (left) starts.push(performance.now());
        turn.departure.ended({ kind: left ? 'accepted' : 'unsent' });
      }
    });
    await systemClock.sleep(6_000);
    stop.abort();
    await Promise.all(senders);
    for (const at of starts) expect(between(starts, at, at + 1_000)).toBeLessThanOrEqual(20);
    expect(starts.length).toBeGreaterThan(20);
  });
});
