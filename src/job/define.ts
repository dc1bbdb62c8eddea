import type { BillingContactId, PlanId, SerialNumber } from '../common/ids.js';
import type { Column } from './columns.js';

/** A row whose names have been resolved: all that a job needs to say what is ordered. */
export interface ResolvedRow {
  readonly serialNumber: SerialNumber;
  readonly planId: PlanId;
  readonly billingContactId: BillingContactId;
  /** Years, 1 to 5. */
  readonly multiCycle: number;
  /** The user's purchase-order number, else the reference; absent with `--no-reference`. */
  readonly poNumber?: string;
}

/** One entry of an order body's `serviceList` (tutorial). */
export interface OrderedService {
  readonly serviceType: string;
  /** A 64-bit id: leaves as a bare JSON number, digit for digit. */
  readonly serviceId: PlanId;
  readonly purchaseType: string;
  readonly billingModel: string;
  readonly billingCycle: string;
  readonly multiCycle: number;
}

/** The body of `POST /order/openapi/order/v1/save` (tutorial; `poNumber` from the developer guide). */
export interface OrderBody {
  readonly operationType: string;
  readonly productId: number;
  readonly productNo: SerialNumber;
  /** A 64-bit id: leaves as a bare JSON number, digit for digit. */
  readonly billingId: BillingContactId;
  readonly poNumber?: string;
  readonly serviceList: readonly OrderedService[];
}

/** What a batch can do: one definition a file in `jobs/`. It decides; it sends nothing. */
export interface Job {
  /** The file's name in `jobs/`, as `--job` takes it. */
  readonly name: string;
  readonly summary: string;
  /** The product whose plans are looked up (9: Linkus Cloud Service). */
  readonly productId: number;
  readonly columns: readonly Column[];
  /** Each group names columns of which every row fills at least one. */
  readonly required: readonly (readonly string[])[];
  readonly order: (row: ResolvedRow) => OrderBody;
  /** A rule of the vendor that the row brushes against, as a sentence; it does not keep the row from being sent. */
  readonly warning?: (row: { readonly multiCycle: number }) => string | undefined;
}

/** Checks a definition's types where it is written. */
export const defineJob = (job: Job): Job => job;
