import type { Move, RowKey } from '../ledger/moves.js';

/** An order that the portal shows as failed, invalid, cancelled or refunded. */
export interface DeadOrder {
  readonly orderNo: Extract<Move, { move: 'bury' }>['order']['orderNo'];
  readonly orderStatus: string;
  readonly transactionNo?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly requestId?: string | undefined;
}

/** The name of the error of a row whose order is dead. */
export const codeOfDead = ({ orderStatus }: Pick<DeadOrder, 'orderStatus'>): string => `order_${orderStatus}`;

/**
 * The one way to write down that a row's order is dead. Failed was the portal's doing, and the row may be sent again;
 * anything else was somebody's decision, and a person has to look.
 * @param at epoch ms
 */
export function buryOf(key: RowKey, order: DeadOrder, at: number): Extract<Move, { move: 'bury' }> {
  const { orderNo, orderStatus, requestId } = order;
  return {
    move: 'bury',
    ...key,
    order,
    at,
    reason: {
      code: codeOfDead(order),
      message: `the portal shows the order ${orderNo} as ${orderStatus}`,
      ...(requestId === undefined ? {} : { requestId }),
    },
    needsPerson: orderStatus !== 'failed',
  };
}
