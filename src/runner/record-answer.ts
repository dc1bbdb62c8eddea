import { buryOf, codeOfDead } from '../evidence/bury.js';
import { ANOTHERS_NUMBER } from '../evidence/settle-row.js';
import type { CreditedOrder, RowKey } from '../ledger/moves.js';
import { fateOf, type Outcome, type PlacedOrder } from '../portal/outcome.js';
import type { SendContext } from './context.js';
import type { RowEnd } from './events.js';

/** Where a row stands once its outcome is on disk. */
export type Written =
  | { readonly kind: 'ended'; readonly status: RowEnd; readonly code?: string; readonly order?: PlacedOrder }
  | { readonly kind: 'lost' };

/** One send of a row. */
export type Send = RowKey & { readonly claimNo: number };

/** Writes down an order that the portal shows. An answer that names an order of another row is a lost one. */
export async function recordPlaced(
  context: SendContext,
  send: Send,
  { order, requestId }: Extract<Outcome, { kind: 'placed' }>,
): Promise<Written> {
  const { ledger, clock } = context;
  const fate = fateOf(order.orderStatus);
  const credited = { ...order, requestId };
  const at = clock.now();
  const message = `the answer names order ${order.orderNo} of another row`;
  const taken = { code: ANOTHERS_NUMBER, message, requestId };
  if (fate === 'dead') {
    const dead = { ...credited, orderStatus: order.orderStatus ?? 'failed' };
    const result = await ledger.record(buryOf(send, dead, at));
    const ended = { kind: 'ended', status: 'failed', code: codeOfDead(dead), order } as const;
    return result === 'taken' ? lose(context, send, taken) : ended;
  }
  const result = await ledger.record({ move: 'place', ...send, fate, order: credited, at });
  if (result === 'taken') return lose(context, send, taken);
  if (result === 'late' && !(await creditLate(context, send, fate, credited))) return { kind: 'lost' };
  return { kind: 'ended', status: fate, order };
}

/**
 * The answer came after another process had given the row up. A row that waits takes the order; one that has another
 * order by now is for a person.
 */
async function creditLate(
  { ledger, clock, emit }: SendContext,
  { batch, snKey }: Send,
  fate: 'succeeded' | 'pending',
  order: CreditedOrder,
): Promise<boolean> {
  const at = clock.now();
  const adopted = await ledger.record({ move: 'adopt', batch, snKey, fate, order, at });
  if (adopted === 'done') return true;
  const row = await ledger.read.row(batch, snKey);
  if (row?.order_no === order.orderNo) return true;
  emit({
    type: 'warning',
    message:
      `The portal placed order ${order.orderNo} for ${row?.serial_number ?? snKey}, but its answer came so late that ` +
      'the row was taken up by another worker: look at both orders in the portal, and cancel one.',
  });
  return false;
}

/** The answer is lost, or proves nothing: the row is in doubt. */
export async function lose(
  { ledger }: SendContext,
  send: Send,
  { code, message, requestId }: { code: string; message: string; requestId?: string | undefined },
): Promise<Written> {
  await ledger.record({ move: 'lose', ...send, openForMs: 0, reason: { code, message, requestId } });
  return { kind: 'lost' };
}
