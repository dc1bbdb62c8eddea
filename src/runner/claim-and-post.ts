import type { LimitFunction } from 'p-limit';
import type { Clock } from '../common/clock.js';
import type { Reference } from '../common/ids.js';
import type { OrderBody } from '../job/define.js';
import type { IntentResult } from '../ledger/moves.js';
import type { OrderRow } from '../ledger/schema.js';
import type { Departure } from '../pace/sign.js';
import type { Outcome } from '../portal/outcome.js';
import type { SendContext } from './context.js';
import { signOf } from './sign-of.js';
import { type Instant, timeSince } from './time-since.js';

/**
 * What came of letting an order leave. `stopped`: the run is stopping and nothing was written; `withdrawn`: the
 * intent is on disk, but the request did not leave: the intent is to be withdrawn.
 */
export type Leaving =
  | { readonly kind: 'left'; readonly outcome: Outcome; readonly startedAt: number; readonly claimNo: number }
  | { readonly kind: 'withdrawn'; readonly claimNo: number }
  | { readonly kind: 'stopped' }
  | NotWritten;

/** Another batch has ordered the same meanwhile, or another process has the row: nothing was written. */
type NotWritten = Exclude<IntentResult, { kind: 'intended' }>;

export interface OrderToLeave {
  readonly key: { readonly batch: OrderRow['batch']; readonly snKey: OrderRow['sn_key'] };
  readonly reference: Reference | null;
  readonly body: OrderBody;
  /** Also if another batch has ordered the same meanwhile. */
  readonly mayRepeat: boolean;
  /** Who reserved the row; null: nobody has to. */
  readonly owner: string | null;
}

/** An intent that is on disk: the number of its send, and a moment before it was written. */
interface Intended {
  readonly kind: 'intended';
  readonly claimNo: number;
  readonly from: Instant;
}

type Withdrawn = Extract<Leaving, { kind: 'withdrawn' }>;

/** How long an intent may wait for its send, ms: longer, and it would be stale. */
const LONGEST_AHEAD_MS = 1_000;

const instantOf = (clock: Pick<Clock, 'monotonic' | 'wall'>): Instant => ({
  monotonic: clock.monotonic(),
  wall: clock.wall(),
});

/**
 * Lets an order leave in one of the slots: its turn, its intent on disk, its POST. If its turn takes a while the intent
 * is written meanwhile. While nothing holds orders back a few intents are written before a slot is free, so that no
 * slot waits for the disk: at 100 ms an answer and 50 in flight that is half a percent of the orders a second, 4 % on PostgreSQL.
 * @param slots so many requests are under way at a time; its queue is cleared when the run stops
 */
export function createLeaver(
  context: SendContext,
  slots: LimitFunction,
): (order: OrderToLeave) => Promise<Leaving> {
  const { runNo, settings, ledger, portal, gate, stop, clock, emit } = context;

  const intend = async ({
    key,
    reference,
    mayRepeat,
    owner,
  }: OrderToLeave): Promise<Intended | NotWritten> => {
    const openForMs = LONGEST_AHEAD_MS + settings.timeoutMs;
    const from = instantOf(clock);
    const submittedAt = clock.now();
    const result = await ledger.intend({
      move: 'intend',
      ...key,
      runNo,
      reference,
      submittedAt,
      openForMs,
      mayRepeat,
      ...(owner === null ? {} : { owner }),
    });
    return result.kind === 'intended' ? { ...result, from } : result;
  };

  const leave = async (order: OrderToLeave): Promise<Leaving> => {
    let intended = { kind: 'intended', claimNo: 0, from: instantOf(clock) } as Intended | NotWritten;
    const prepare = async (): Promise<void> => {
      intended = await intend(order);
    };
    const turn = await gate.order(prepare);
    if (turn.kind === 'stopped') return turn;
    if (turn.kind === 'withdrawn') {
      return intended.kind === 'intended' ? { kind: 'withdrawn', claimNo: intended.claimNo } : intended;
    }
    const { departure } = turn;
    try {
      if (!turn.prepared) await prepare();
    } catch (error) {
      departure.ended({ kind: 'unsent' });
      throw error;
    }
    if (intended.kind !== 'intended') {
      departure.ended({ kind: 'unsent' });
      return intended;
    }
    return post(order, intended, departure);
  };

  const post = async (
    { body }: OrderToLeave,
    { claimNo, from }: Intended,
    departure: Departure,
  ): Promise<Leaving> => {
    const prepared = instantOf(clock);
    const deadlineAt = prepared.monotonic + settings.timeoutMs;
    // While the intent was written the portal may have pushed back, or the run was stopped.
    if (!gate.isOpen() || stop.signal.aborted || timeSince(from, prepared) > LONGEST_AHEAD_MS) {
      departure.ended({ kind: 'unsent' });
      return { kind: 'withdrawn', claimNo };
    }
    emit({ type: 'order-leaves' });
    // A process that is frozen while it connects hears of its connection before its timers ring; so does one on a machine
    // that was suspended.
    const leaves = (): boolean =>
      timeSince(prepared, instantOf(clock)) < settings.timeoutMs && departure.leaves();
    const outcome = await portal.placeOrder(body, deadlineAt, leaves);
    departure.ended(signOf(outcome, stop.signal.aborted));
    return { kind: 'left', outcome, startedAt: prepared.monotonic, claimNo };
  };

  const inSlot = async <Cleared>(
    work: () => Promise<Leaving>,
    ifCleared: Cleared,
  ): Promise<Leaving | Cleared> => {
    try {
      return await slots(work);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return ifCleared;
      throw error;
    }
  };

  const leaveAhead = async (order: OrderToLeave): Promise<Leaving> => {
    const intended = await intend(order);
    if (intended.kind !== 'intended') return intended;
    const withdrawn: Withdrawn = { kind: 'withdrawn', claimNo: intended.claimNo };
    const work = async (): Promise<Leaving> => {
      const departure = gate.orderNow();
      return departure === undefined ? withdrawn : post(order, intended, departure);
    };
    return inSlot(work, withdrawn);
  };

  return async (order) => {
    if (stop.signal.aborted) return { kind: 'stopped' };
    const isFull = slots.activeCount >= slots.concurrency;
    if (isFull && gate.ahead() > 0) return leaveAhead(order);
    return inSlot(() => leave(order), { kind: 'stopped' } as const);
  };
}
