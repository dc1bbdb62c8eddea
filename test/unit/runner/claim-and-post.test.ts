import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import type { BatchId, SerialKey } from '../../../src/common/ids.js';
import { createStop } from '../../../src/common/stop.js';
import type { OrderBody } from '../../../src/job/define.js';
import type { Move } from '../../../src/ledger/moves.js';
import type { Outcome } from '../../../src/portal/outcome.js';
import { createLeaver, type OrderToLeave } from '../../../src/runner/claim-and-post.js';
import type { RunContext } from '../../../src/runner/context.js';
import { virtualClock } from '../../support/virtual-clock.js';

const TIMEOUT_MS = 30_000;

/** One slot, a ledger and a portal that only remember what happened and in which order. */
function oneSlot({ free = true, open = true } = {}) {
  const clock = virtualClock();
  const stop = createStop();
  const slots = pLimit({ concurrency: 1, rejectOnClear: true });
  const happened: string[] = [];
  const moves: Move[] = [];
  const deadlines: number[] = [];
  const pace = { free, open };
  let answer: () => void = () => undefined;
  const context = {
    runNo: 1,
    settings: { timeoutMs: TIMEOUT_MS },
    stop,
    clock,
    emit: () => undefined,
    breaker: { handBack: () => happened.push('handed back') },
    pace: {
      isFree: () => pace.free,
      passNow: () => pace.free,
      isOpen: () => pace.open,
      passOrder: async () => (stop.signal.aborted ? 'stopped' : 'ready'),
    },
    ledger: {
      time: { now: () => clock.monotonic() },
      mirror: { lastLook: () => 0 },
      record: async (move: Move) => {
        moves.push(move);
        happened.push(`${move.move} ${move.snKey}`);
        return 'done';
      },
    },
    portal: {
      placeOrder: (body: OrderBody, deadlineAt: number) => {
        happened.push(`post ${body.productNo}`);
        deadlines.push(deadlineAt);
        return new Promise<Outcome>((resolve) => {
          answer = () => resolve({ kind: 'unknown', code: 'none', message: 'none' } as Outcome);
        });
      },
    },
  } as unknown as RunContext;
  const leaver = createLeaver(context, slots);
  const leave = (sn: string, more: Partial<OrderToLeave> = {}) =>
    leaver({
      key: { batch: 'b' as BatchId, snKey: sn as SerialKey },
      reference: null,
      body: { productNo: sn } as OrderBody,
      wasWithdrawn: false,
      ...more,
    });
  stop.signal.addEventListener('abort', () => slots.clearQueue());
  return { clock, stop, pace, happened, moves, deadlines, leave, answer: () => answer() };
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('an order that leaves', () => {
  it('has its intent on disk before its slot is free, where nothing holds orders back', async () => {
    const { leave, happened, answer } = oneSlot();
    const first = leave('1');
    const second = leave('2');
    await turns();
    expect(happened).toEqual(['intend 1', 'intend 2', 'post 1']);
    answer();
    expect(await first).toMatchObject({ outcome: { kind: 'unknown' } });
    await turns();
    expect(happened.slice(3)).toEqual(['post 2']);
    answer();
    expect(await second).toMatchObject({ outcome: { kind: 'unknown' } });
  });

  it('is over before the time that its intent names, however late its slot was free', async () => {
    const { leave, answer, clock, moves, deadlines } = oneSlot();
    void leave('1');
    const second = leave('2');
    await turns();
    await clock.runUntil(900);
    answer();
    await turns();
    answer();
    await second;
    const openUntil = moves.map((move) => ('openUntil' in move ? move.openUntil : 0));
    expect(deadlines[1]).toBe((deadlines[0] ?? 0) + 900);
    expect(deadlines[1]).toBeLessThanOrEqual(openUntil[1] ?? 0);
  });

  it('does not leave on an intent that waited too long', async () => {
    const { leave, answer, clock, happened } = oneSlot();
    void leave('1');
    const second = leave('2');
    await turns();
    await clock.runUntil(1_001);
    answer();
    expect(await second).toBe('withdrawn');
    expect(happened).not.toContain('post 2');
  });

  it('does not leave where the portal has pushed back since its intent', async () => {
    const { leave, answer, pace, happened } = oneSlot();
    void leave('1');
    const second = leave('2');
    await turns();
    pace.free = false;
    answer();
    expect(await second).toBe('withdrawn');
    expect(happened).not.toContain('post 2');
  });

  it('is let go of at once when the run stops, though the slot is still taken', async () => {
    const { leave, stop, happened } = oneSlot();
    void leave('1');
    const second = leave('2');
    await turns();
    stop.request({ kind: 'signal', signal: 'SIGINT' });
    expect(await second).toBe('withdrawn');
    expect(await leave('3')).toBe('stopped');
    expect(happened).toEqual(['intend 1', 'intend 2', 'post 1']);
  });

  it('waits for its slot without an intent where orders are held back, or where it was withdrawn before', async () => {
    for (const { free, wasWithdrawn } of [
      { free: false, wasWithdrawn: false },
      { free: true, wasWithdrawn: true },
    ]) {
      const { leave, happened, stop } = oneSlot({ free });
      void leave('1', { wasWithdrawn });
      const second = leave('2', { wasWithdrawn });
      await turns();
      expect(happened).toEqual(['intend 1', 'post 1']);
      stop.request({ kind: 'signal', signal: 'SIGINT' });
      expect(await second).toBe('stopped');
      expect(happened).toEqual(['intend 1', 'post 1']);
    }
  });

  it('gives its turn back where all were paused while its intent was written', async () => {
    const { leave, happened } = oneSlot({ free: false, open: false });
    expect(await leave('1')).toBe('withdrawn');
    expect(happened).toEqual(['intend 1', 'handed back']);
  });
});
