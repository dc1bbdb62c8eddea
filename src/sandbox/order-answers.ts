import { PRODUCT_ID, PRODUCT_NAME, type SandboxContact } from './catalog.js';
import { type Answer, invalidField, refusal, success } from './envelope.js';
import type { Orders, PlacedOrder } from './orders.js';

export interface ShownOptions {
  readonly echoReference: boolean | 'details';
  readonly listProductNo: boolean;
  readonly maxPageSize: number;
  readonly contacts: readonly SandboxContact[];
}

export type Query = Readonly<Record<string, unknown>>;

const DEFAULT_PAGE_SIZE = 25;

/** The result of a created order (developer guide). */
export const placedResult = (order: PlacedOrder) => ({
  instanceId: order.instanceId,
  orderNo: order.orderNo,
  orderStatus: order.orderStatus,
  productNo: order.productNo,
  transactionNo: order.transactionNo,
});

/** `GET /order/openapi/order/v1/page` (developer guide). */
export function listAnswer(orders: Orders, query: Query, shown: ShownOptions): Answer {
  return pageAnswer(query, orders.listed(), shown.maxPageSize, (position) => {
    const order = orders.listedAt(position);
    return order === undefined
      ? undefined
      : {
          id: order.id,
          orderNo: order.orderNo,
          orderStatus: order.orderStatus,
          createTime: order.createTime,
          customReferenceNo: shown.echoReference === 'details' ? '' : reference(order, shown),
          invoiceNo: '',
          currencyCode: 'USD',
          ...(shown.listProductNo ? { productNo: order.productNo } : {}),
        };
  });
}

/** `GET /order/openapi/order/v1/get/{id or orderNo}`: four sections (developer guide), their fields partly assumed. */
export function detailsAnswer(orders: Orders, key: string, shown: ShownOptions): Answer {
  const order = orders.find(key);
  if (order === undefined) return refusal(404, 'order_not_found', 'There is no such order.');
  const contact = shown.contacts.find(({ billingContactId }) => billingContactId === order.billingId);
  return success({
    basicInformation: {
      productId: PRODUCT_ID,
      productName: PRODUCT_NAME,
      productNo: order.productNo,
      instanceId: order.instanceId,
    },
    billingInformation: { ...contact },
    orderInformation: {
      id: order.id,
      orderNo: order.orderNo,
      orderStatus: order.orderStatus,
      createTime: order.createTime,
      customReferenceNo: reference(order, shown),
      transactionNo: order.transactionNo,
    },
    orderSummary: {
      currencyCode: 'USD',
      serviceList: [{ serviceType: 'plan', serviceId: order.planId, multiCycle: order.multiCycle }],
    },
  });
}

// That `poNumber` comes back under this name is an assumption.
const reference = (order: PlacedOrder, shown: ShownOptions): string =>
  shown.echoReference !== false ? (order.poNumber ?? '') : '';

/**
 * A page as documented. A larger `pageSize` than the most allowed is cut down, and `pageSize` in the answer
 * says so (assumption); `sort` is accepted and changes nothing (its meaning is not documented).
 */
export function pageAnswer(
  query: Query,
  total: number,
  maxPageSize: number,
  itemAt: (position: number) => unknown,
): Answer {
  const pageNo = positive(query['pageNo'] ?? '1');
  const asked = positive(query['pageSize'] ?? String(Math.min(DEFAULT_PAGE_SIZE, maxPageSize)));
  if (pageNo === undefined) return invalidField('pageNo', 'min=1');
  if (asked === undefined) return invalidField('pageSize', 'min=1');
  const pageSize = Math.min(asked, maxPageSize);
  const results: unknown[] = [];
  const start = (pageNo - 1) * pageSize;
  for (let position = start; position < Math.min(start + pageSize, total); position++) {
    results.push(itemAt(position));
  }
  return success({
    count: results.length,
    pageNo,
    pageSize,
    results,
    total,
    totalPage: Math.ceil(total / pageSize),
  });
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
