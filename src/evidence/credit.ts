import type { Reference } from '../common/ids.js';
import type { Ledger } from '../ledger/ledger.js';
import type { SeenOrder } from '../ledger/mirror.js';
import type { RowKey } from '../ledger/moves.js';
import { fateOf } from '../portal/outcome.js';
import { buryOf, codeOfDead } from './bury.js';

/** How a row stands after an order of the portal was taken for its own. */
export interface Credited {
  readonly status: 'succeeded' | 'pending' | 'failed';
  readonly code?: string;
}

/**
 * Takes an order that the portal shows for a row's.
 * @param how `find` for a row in doubt, `adopt` for one that waits to be sent
 * @param at epoch ms
 * @param reference with `adopt`: the one by which the order was recognised
 * @returns `taken`: another row is credited with the order, so it proves nothing for this one
 */
export async function creditOrder(
  ledger: Pick<Ledger, 'record'>,
  how: 'find' | 'adopt',
  key: RowKey,
  seen: SeenOrder,
  at: number,
  reference?: Reference,
): Promise<Credited | 'taken'> {
  const fate = fateOf(seen.status);
  const { orderNo, status: orderStatus, transactionNo, instanceId } = seen;
  const order = { orderNo, orderStatus, transactionNo, instanceId };
  if (fate === 'dead') {
    const dead = { ...order, orderStatus: orderStatus ?? 'failed' };
    const result = await ledger.record(buryOf(key, dead, at));
    return result === 'taken' ? 'taken' : { status: 'failed', code: codeOfDead(dead) };
  }
  const named = reference === undefined ? {} : { reference };
  const result = await ledger.record({ move: how, ...key, fate, order, at, ...named });
  return result === 'taken' ? 'taken' : { status: fate };
}
