import { z } from 'zod';
import type { OrderNo } from '../common/ids.js';
import { optionalInteger, optionalText } from './json.js';
import { readTime } from './order-time.js';

/** An order as the list shows it. */
export interface ListedOrder {
  readonly orderNo: OrderNo;
  readonly orderStatus?: string;
  /** By the portal's clock, epoch milliseconds. */
  readonly createTime?: number;
  /** `customReferenceNo` and `poNumber`: that one holds our `poNumber` is an assumption, checked in every run. */
  readonly references: readonly string[];
  /** Whether the list has it is unknown. */
  readonly productNo?: string;
  readonly transactionNo?: string;
  readonly instanceId?: string;
}

export interface OrderPage {
  readonly orders: readonly ListedOrder[];
  /** Items on this page, readable or not. */
  readonly count: number;
  readonly total?: number;
  readonly totalPage?: number;
}

const pageSchema = z.object({
  results: z.array(z.unknown()).nullish(),
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

/** A page of `GET /order/openapi/order/v1/page`; `undefined` when the result is no such page. */
export function readOrderPage(result: unknown): OrderPage | undefined {
  const parsed = pageSchema.safeParse(result);
  if (!parsed.success) return undefined;
  const items = parsed.data.results ?? [];
  const { total, totalPage } = parsed.data;
  if (parsed.data.results == null && total !== 0) return undefined;
  return {
    orders: items.flatMap((item) => readListed(item) ?? []),
    count: items.length,
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
