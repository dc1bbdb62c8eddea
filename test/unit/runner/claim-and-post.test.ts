import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import type { BatchId, SerialKey } from '../../../src/common/ids.js';
import { createStop } from '../../../src/common/stop.js';
import type { OrderBody } from '../../../src/job/define.js';
import type { Intent } from '../../../src/ledger/moves.js';
import type { Turn } from '../../../src/pace/gate.js';
import type { Outcome } from '../../../src/portal/outcome.js';
import { createLeaver } from '../../../src/runner/claim-and-post.js';
import type { RunContext } from '../../../src/runner/context.js';
import { virtualClock } from '../../support/virtual-clock.js';

const TIMEOUT_MS = 30_000;

/** One slot, a gate, a ledger and a portal that only remember what happened and in which order. */
function oneSlot() {
  /** By how much the wall clock is ahead: it was set, or goes on while the machine sleeps. */
  const wall = { ahead: 0, onIntent: 0, onConnect: 0 };
  const time = virtualClock();
  const clock = { ...time, wall: () => time.monotonic() + wall.ahead };
  const stop = createStop();
  const slots = pLimit({ concurrency: 1, rejectOnClear: true });
  const happened: string[] = [];
  const intents: Intent[] = [];
  const deadlines: number[] = [];
  const gate = { open: true, prepares: false, withdraws: false, waitsMs: 0, ahead: 0, holds: false };
  let answer: () => void = () => undefined;
  const departure = {
    leaves: () => happened.push('leaves') > 0,
    ended: ({ kind }: { kind: string }) => happened.push(kind),
  };
  const context = {
    runNo: 1,
    settings: { timeoutMs: TIMEOUT_MS },
    stop,
    clock,
    emit: () => undefined,
    gate: {
      isOpen: () => gate.open,
      ahead: () => gate.ahead,
      orderNow: () => (gate.holds ? undefined : departure),
      order: async (prepare: () => Promise<void>): Promise<Turn> => {
        if (gate.prepares) await prepare();
        if (gate.waitsMs > 0) await clock.sleep(gate.waitsMs);
        if (gate.withdraws) return { kind: 'withdrawn' };
        return { kind: 'go', prepared: gate.prepares, departure } as unknown as Turn;
      },
    },
    ledger: {
      intend: async (intent: Intent) => {
        intents.push(intent);
        happened.push(`intend ${intent.snKey}`);
        wall.ahead += wall.onIntent;
        return { kind: 'intended', claimNo: 7 };
      },
    },
    portal: {
      placeOrder: (body: OrderBody, deadlineAt: number, leaves: () => boolean) => {
        happened.push(`post ${body.productNo}`);
        wall.ahead += wall.onConnect;
        if (!leaves()) return Promise.resolve({ kind: 'never-sent' } as Outcome);
        deadlines.push(deadlineAt);
        return new Promise<Outcome>((resolve) => {
          answer = () => resolve({ kind: 'unknown', code: 'none', message: 'none' } as Outcome);
        });
      },
    },
  } as unknown as RunContext;
  const leaver = createLeaver(context, slots);
  const leave = (sn: string) =>
    leaver({
      key: { batch: 'b' as BatchId, snKey: sn as SerialKey },
      reference: null,
      body: { productNo: sn } as OrderBody,
      mayRepeat: false,
      owner: null,
    });
  stop.signal.addEventListener('abort', () => slots.clearQueue());
  return { clock, wall, stop, gate, happened, intents, deadlines, leave, answer: () => answer() };
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('an order that leaves', () => {
  it('has its intent on disk before it is posted, and tells the gate how it ended', async () => {
    for (const prepares of [true, false]) {
      const { leave, gate, happened, answer } = oneSlot();
      gate.prepares = prepares;
      const left = leave('1');
      await turns();
      expect(happened).toEqual(['intend 1', 'post 1', 'leaves']);
      answer();
      expect(await left).toMatchObject({ outcome: { kind: 'unknown' } });
      expect(happened.at(-1)).toBe('lost');
    }
  });

  it('has its intent on disk before a slot is free, while nothing holds orders back', async () => {
    const { leave, gate, answer, happened } = oneSlot();
    gate.ahead = 1;
    void leave('1');
    await turns();
    const second = leave('2');
    await turns();
    expect(happened).toEqual(['intend 1', 'post 1', 'leaves', 'intend 2']);
    answer();
    await turns();
    expect(happened.slice(4)).toEqual(['lost', 'post 2', 'leaves']);
    answer();
    expect(await second).toMatchObject({ outcome: { kind: 'unknown' }, claimNo: 7 });
  });

  it('is withdrawn with such an intent if orders are held when a slot is free, or if it waited too long', async () => {
    for (const waitsMs of [0, 1_001]) {
      const { leave, gate, clock, answer, happened } = oneSlot();
      gate.ahead = 1;
      void leave('1');
      const second = leave('2');
      await turns();
      gate.holds = waitsMs === 0;
      await clock.runUntil(waitsMs);
      answer();
      expect(await second).toEqual({ kind: 'withdrawn', claimNo: 7 });
      expect(happened).not.toContain('post 2');
    }
  });

  it('is withdrawn with such an intent when the run stops', async () => {
    const { leave, gate, stop, happened } = oneSlot();
    gate.ahead = 1;
    void leave('1');
    const second = leave('2');
    await turns();
    stop.request({ kind: 'signal', signal: 'SIGINT' });
    expect(await second).toEqual({ kind: 'withdrawn', claimNo: 7 });
    expect(happened).not.toContain('post 2');
  });

  it('waits for its slot without an intent otherwise', async () => {
    const { leave, answer, happened } = oneSlot();
    void leave('1');
    const second = leave('2');
    await turns();
    expect(happened).toEqual(['intend 1', 'post 1', 'leaves']);
    answer();
    await turns();
    answer();
    expect(await second).toMatchObject({ outcome: { kind: 'unknown' } });
  });

  it('is over before the time that its intent names', async () => {
    const { leave, answer, intents, deadlines } = oneSlot();
    const left = leave('1');
    await turns();
    answer();
    await left;
    expect(deadlines[0]).toBe(TIMEOUT_MS);
    expect(intents[0]?.openForMs).toBeGreaterThanOrEqual(deadlines[0] ?? 0);
  });

  it('does not leave on an intent that waited too long', async () => {
    const { leave, clock, gate, happened } = oneSlot();
    gate.prepares = true;
    gate.waitsMs = 1_001;
    const left = leave('1');
    await clock.runUntil(2_000);
    expect(await left).toEqual({ kind: 'withdrawn', claimNo: 7 });
    expect(happened).toEqual(['intend 1', 'unsent']);
  });

  it('does not leave if the wall clock says that a minute has passed since its intent: the machine was suspended', async () => {
    const { leave, wall, happened } = oneSlot();
    wall.onIntent = 60_000;
    expect(await leave('1')).toEqual({ kind: 'withdrawn', claimNo: 7 });
    expect(happened).toEqual(['intend 1', 'unsent']);
  });

  it('does not leave if the machine is suspended while it connects', async () => {
    const { leave, wall, happened } = oneSlot();
    wall.onConnect = 60_000;
    expect(await leave('1')).toMatchObject({ outcome: { kind: 'never-sent' } });
    expect(happened).not.toContain('leaves');
  });

  it('leaves if the wall clock was set back, and not later for it', async () => {
    const { leave, wall, clock, gate, answer, happened } = oneSlot();
    wall.onIntent = -60_000;
    const left = leave('1');
    await turns();
    answer();
    expect(await left).toMatchObject({ kind: 'left' });
    gate.prepares = true;
    gate.waitsMs = 1_001;
    const late = leave('2');
    await clock.runUntil(2_000);
    expect(await late).toMatchObject({ kind: 'withdrawn' });
    expect(happened).not.toContain('post 2');
  });

  it('does not leave, and gives its turn back, if all were paused while its intent was written', async () => {
    const { leave, gate, happened } = oneSlot();
    gate.open = false;
    expect(await leave('1')).toEqual({ kind: 'withdrawn', claimNo: 7 });
    expect(happened).toEqual(['intend 1', 'unsent']);
  });

  it('does not leave if it has to wait for longer after its intent was written', async () => {
    const { leave, gate, happened } = oneSlot();
    gate.prepares = true;
    gate.withdraws = true;
    expect(await leave('1')).toEqual({ kind: 'withdrawn', claimNo: 7 });
    expect(happened).toEqual(['intend 1']);
  });

  it('is let go of at once when the run stops, though the slot is still taken', async () => {
    const { leave, stop, happened } = oneSlot();
    void leave('1');
    const second = leave('2');
    await turns();
    stop.request({ kind: 'signal', signal: 'SIGINT' });
    expect(await second).toEqual({ kind: 'stopped' });
    expect(await leave('3')).toEqual({ kind: 'stopped' });
    expect(happened).toEqual(['intend 1', 'post 1', 'leaves']);
  });
});
