import { isLosslessNumber } from 'lossless-json';
import type { OrderNo } from '../common/ids.js';
import { plainText } from '../common/plain-text.js';
import type { DetailedOrder } from '../common/portal-order.js';
import { defined } from './order-list.js';
import { readTime } from './order-time.js';
import { readOrderAmount } from './prices.js';

/** What an answer to the question for an order's details tells, wherever in the documented sections it stands. */
export interface OrderDetails extends DetailedOrder {
  /** Every order number in the answer: it may be the answer to somebody else's question. */
  readonly orderNos: readonly string[];
}

const MAX_DEPTH = 6;
const REFERENCE_KEYS = ['customReferenceNo', 'poNumber'];

/**
 * Reads the result of `GET /order/openapi/order/v1/get/{id or orderNo}`. Which of its sections carries
 * the status and the reference is not documented, so they are looked for by name in all.
 */
export function readOrderDetails(result: unknown): OrderDetails {
  const found = new Map<string, unknown[]>();
  collect(result, found, 0);
  const texts = (...keys: string[]): string[] =>
    keys.flatMap((key) => found.get(key) ?? []).flatMap((value) => asText(value) ?? []);
  return {
    ...defined({
      orderStatus: texts('orderStatus')[0]?.toLowerCase(),
      createTime: (found.get('createTime') ?? []).map(readTime).find((time) => time !== undefined),
      transactionNo: texts('transactionNo')[0],
      instanceId: texts('instanceId')[0],
      productId: texts('productId')[0],
      ...readOrderAmount(result),
    }),
    orderNos: texts('orderNo'),
    productNos: texts('productNo'),
    references: texts(...REFERENCE_KEYS),
  };
}

/**
 * Whether details can be those of this order. An answer without its number must at least tell a serial number
 * (developer guide: `basicInformation.productNo`): a blank or damaged one says nothing about the order.
 */
export const areOf = (orderNo: OrderNo, { orderNos, productNos }: OrderDetails): boolean =>
  orderNos.length > 0 ? orderNos.includes(orderNo) : productNos.length > 0;

function collect(value: unknown, found: Map<string, unknown[]>, depth: number): void {
  if (typeof value !== 'object' || value === null || isLosslessNumber(value) || depth > MAX_DEPTH) return;
  for (const [key, item] of Object.entries(value)) {
    if (!Array.isArray(value)) found.set(key, [...(found.get(key) ?? []), item]);
    collect(item, found, depth + 1);
  }
}

function asText(value: unknown): string | undefined {
  const text = isLosslessNumber(value)
    ? value.toString()
    : typeof value === 'string'
      ? plainText(value).trim()
      : '';
  return text === '' ? undefined : text;
}
