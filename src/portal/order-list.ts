import { z } from 'zod';
import type { OrderNo } from '../common/ids.js';
import type { ListedOrder } from '../common/portal-order.js';
import { optionalInteger, optionalText } from './json.js';
import { readTime } from './order-time.js';

export interface OrderPage {
  readonly orders: readonly ListedOrder[];
  /** Items on this page, readable or not. */
  readonly count: number;
  /** What the answer says: a portal may allow fewer on a page than were asked for. */
  readonly pageSize?: number;
  readonly total?: number;
  readonly totalPage?: number;
}

const pageSchema = z.object({
  results: z.array(z.unknown()).nullish(),
  pageSize: optionalInteger,
  total: optionalInteger,
  totalPage: optionalInteger,
});

const listedSchema = z.object({
  id: optionalText,
  orderNo: optionalText,
  orderStatus: optionalText,
  createTime: z.unknown().optional(),
  customReferenceNo: optionalText,
  poNumber: optionalText,
  productNo: optionalText,
  transactionNo: optionalText,
  instanceId: optionalText,
});

/** A page of `GET /order/openapi/order/v1/page`; `undefined` if the result is not such a page. */
export function readOrderPage(result: unknown, pageNo = 1): OrderPage | undefined {
  // A success that holds nothing: there is nothing on this page.
  if (result === null) return { orders: [], count: 0 };
  const parsed = pageSchema.safeParse(result);
  if (!parsed.success) return undefined;
  const items = parsed.data.results ?? [];
  const { pageSize, total, totalPage } = parsed.data;
  // Behind the end there may be nothing in the place of a list.
  if (parsed.data.results == null && total !== 0 && pageNo === 1) return undefined;
  return {
    orders: items.flatMap((item) => readListed(item) ?? []),
    count: items.length,
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(total === undefined ? {} : { total }),
    ...(totalPage === undefined ? {} : { totalPage }),
  };
}

function readListed(item: unknown): ListedOrder | undefined {
  const parsed = listedSchema.safeParse(item);
  if (!parsed.success) return undefined;
  const { id, customReferenceNo, poNumber, createTime, ...rest } = parsed.data;
  // An order may be asked for by either (developer guide).
  const orderNo = rest.orderNo?.trim() ?? id?.trim();
  if (orderNo === undefined) return undefined;
  return defined({
    orderNo: orderNo as OrderNo,
    orderStatus: rest.orderStatus?.trim().toLowerCase(),
    createTime: readTime(createTime),
    references: [customReferenceNo, poNumber].flatMap((text) => text?.trim() || []),
    productNo: rest.productNo?.trim(),
    transactionNo: rest.transactionNo,
    instanceId: rest.instanceId,
  });
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out what is absent, so that absent has one form. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Defined<T>;
}
