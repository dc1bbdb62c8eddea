import type { OrderNo } from './ids.js';

/** An order as a page of the portal's list shows it. */
export interface ListedOrder {
  readonly orderNo: OrderNo;
  readonly orderStatus?: string;
  /** By the clock of the orders, epoch ms. */
  readonly createTime?: number;
  /** `customReferenceNo` and `poNumber`: that one of them holds our `poNumber` is an assumption. */
  readonly references: readonly string[];
  /** Not documented: it may be absent, masked, or the number of the product. */
  readonly productNo?: string;
  readonly transactionNo?: string;
  readonly instanceId?: string;
}

/** What the details of an order show. */
export interface DetailedOrder {
  readonly orderStatus?: string;
  /** By the clock of the orders, epoch ms. */
  readonly createTime?: number;
  readonly transactionNo?: string;
  readonly instanceId?: string;
  /** `basicInformation.productId` (developer guide). */
  readonly productId?: string;
  /** What it cost: a decimal number. */
  readonly amount?: string;
  readonly currency?: string;
  /** Every product number in the order, as written. */
  readonly productNos: readonly string[];
  /** Every purchase-order number or customer's reference in the order, as written. */
  readonly references: readonly string[];
}
