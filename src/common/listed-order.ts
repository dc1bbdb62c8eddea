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
