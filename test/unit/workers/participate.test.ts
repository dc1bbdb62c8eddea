import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/common/errors.js';
import type { BatchId } from '../../../src/common/ids.js';
import type { Work, Worker } from '../../../src/ledger/team-store.js';
import type { Boss } from '../../../src/workers/boss.js';
import { participate, type WorkerContext } from '../../../src/workers/participate.js';
import { writeSettings } from '../../../src/workers/work-settings.js';
import { openGate } from '../../support/open-gate.js';
import { virtualClock } from '../../support/virtual-clock.js';

const SEND = {
  concurrency: 6,
  settleMs: 1,
  onDoubt: 'resend',
  maxAttempts: 5,
  useReference: true,
  recentOrders: 'refuse',
  lookbackMs: 1,
  withoutOrderList: false,
  timeoutMs: 1_000,
  canary: 0,
  maxFailures: { count: 9 },
  limit: undefined,
  allowRepeat: false,
} as const;

/** A run in a ledger that only remembers, and one who takes part in it. */
function takesPart() {
  const clock = virtualClock();
  const work: { current: Work | undefined } = {
    current: {
      batch: 'june' as BatchId,
      runNo: 3,
      state: 'open',
      job: 'switch-plan',
      jobFile: undefined,
      settings: writeSettings({ send: SEND, guardedUpTo: undefined, until: undefined, account: undefined }),
      stop: undefined,
    },
  };
  const others: Pick<Worker, 'batch' | 'seenAt'>[] = [];
  const did = { states: [] as string[], lanes: 0, left: 0, offered: [] as string[] };
  let holdCoordinator: Parameters<Boss['take']>[2] | undefined;
  const fails = { reserve: undefined as Error | undefined, lost: undefined as Problem | undefined };
  const context = {
    clock,
    onDefect: () => undefined,
    gate: openGate(),
    emit: () => undefined,
    ledger: { time: { now: clock.monotonic }, mirror: {}, lost: () => fails.lost },
    store: {
      work: async () => work.current,
      workers: async () => [{ batch: 'june', seenAt: clock.monotonic() }, ...others],
      beat: async () => undefined,
      reserve: async () => {
        if (fails.reserve !== undefined) throw fails.reserve;
        return [];
      },
      giveBack: async () => undefined,
      leave: async () => {
        did.left++;
      },
      setState: async (_: unknown, __: unknown, to: string, stop?: string) => {
        did.states.push(stop === undefined ? to : `${to} ${stop}`);
        return true;
      },
    },
    boss: {
      prepare: async () => undefined,
      offer: async (_: unknown, what: string, count: number) => {
        did.offered.push(`${count} ${what}`);
      },
      take: async (_: unknown, what: string, hold: Parameters<Boss['take']>[2]) => {
        if (what === 'coordinator') {
          holdCoordinator = hold;
          return async () => undefined;
        }
        did.lanes++;
        const ended = new AbortController();
        void hold({ batch: 'june' as BatchId, runNo: 3 }, ended.signal);
        return async () => {
          did.lanes--;
          ended.abort();
        };
      },
    },
  } as unknown as WorkerContext;
  const participant = participate(context, work.current as Work);
  const change = (to: Partial<Work>): void => {
    work.current = { ...(work.current as Work), ...to };
  };
  const coordinates = (runNo: number) =>
    holdCoordinator?.({ batch: 'june' as BatchId, runNo }, AbortSignal.abort());
  return { clock, work, others, did, fails, participant, change, coordinates };
}

describe('one who takes part in a run', () => {
  it('takes all lanes if it is alone, and gives half of them back when another one comes', async () => {
    const { clock, others, did, participant } = takesPart();
    await clock.runUntil(300);
    expect(did.lanes).toBe(6);
    others.push({ batch: 'june' as BatchId, seenAt: 5_000 });
    await clock.runUntil(3_000);
    expect(did.lanes).toBe(3);
    // It was not seen any more: it is dead.
    await clock.runUntil(20_000);
    expect(did.lanes).toBe(6);
    await participant.leave();
    expect(did).toMatchObject({ lanes: 0, left: 1, states: [] });
  });

  it('sends nothing before the canaries are placed', async () => {
    const { clock, did, participant, change } = takesPart();
    change({ state: 'canary' });
    await clock.runUntil(3_000);
    expect(did.lanes).toBe(0);
    change({ state: 'open' });
    await clock.runUntil(3_500);
    expect(did.lanes).toBe(6);
    await participant.leave();
  });

  it('offers the coordination again and again, for somebody to take over if the coordinator dies', async () => {
    const { clock, did, participant } = takesPart();
    await clock.runUntil(3_500);
    expect(did.offered.filter((what) => what === '1 coordinator').length).toBeGreaterThanOrEqual(3);
    // It does not coordinate, so it offers no lanes.
    expect(did.offered.filter((what) => what.endsWith('lane'))).toEqual([]);
    await participant.leave();
  });

  it.each<[string, Partial<Work>]>([
    ['all rows have an end', { state: 'done' }],
    ['somebody stopped it', { state: 'stopped' }],
    ['another run of the batch was begun', { runNo: 4 }],
  ])('ends when %s, and stops nobody', async (_, to) => {
    const { clock, did, participant, change } = takesPart();
    await clock.runUntil(500);
    change(to);
    await clock.runUntil(2_000);
    expect(await participant.over).toBeUndefined();
    expect(did).toMatchObject({ lanes: 0, left: 1, states: [] });
  });

  it('ends if its database is another one by now, though it can be read', async () => {
    const { clock, fails, participant } = takesPart();
    await clock.runUntil(300);
    fails.lost = new Problem('ledger_restarted', 'restarted', { exitStatus: 3 });
    await clock.runUntil(3_000);
    expect(await participant.over).toMatchObject({ problem: { code: 'ledger_restarted' } });
  });

  it('does not stop the others if it has lost the database', async () => {
    const { clock, did, fails, participant } = takesPart();
    await clock.runUntil(300);
    fails.reserve = new Problem('ledger_connection_lost', 'lost', { exitStatus: 3 });
    await clock.runUntil(3_000);
    expect(await participant.over).toMatchObject({ problem: { code: 'ledger_connection_lost' } });
    expect(did.states).toEqual([]);
  });

  it('stops all for a reason that they would meet, too, and says which', async () => {
    const { clock, did, fails, participant } = takesPart();
    await clock.runUntil(300);
    fails.reserve = new Problem('access_refused', 'no access', { exitStatus: 3 });
    await clock.runUntil(3_000);
    expect(await participant.over).toMatchObject({ problem: { code: 'access_refused' } });
    expect(did.states).toEqual([expect.stringMatching(/^stopped .*access_refused/)]);
  });

  it('does not coordinate for a run that is over, nor when it is not its turn any more', async () => {
    const { clock, did, participant, coordinates } = takesPart();
    await clock.runUntil(300);
    await coordinates(2);
    await coordinates(3);
    expect(did.states).toEqual([]);
    await participant.leave();
  });
});
