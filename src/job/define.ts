import type { BillingCycle, OrderedCycle } from '../common/billing-cycle.js';
import type { BillingContactId, PlanId, SerialNumber } from '../common/ids.js';
import {
  billingContact,
  billingCycle,
  type Column,
  type Cycles,
  cyclesOf,
  multiCycle,
  plan,
  planId,
  poNumber,
  serialNumber,
} from './columns.js';
import { type Operation, PURCHASE_TYPES } from './operations.js';

/** A row whose names have been resolved: all that a job needs to say what is ordered. */
export interface ResolvedRow extends OrderedCycle {
  readonly serialNumber: SerialNumber;
  readonly planId: PlanId;
  readonly billingContactId: BillingContactId;
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

/** A job as it is written in its file: what differs from one to the other. docs/jobs.md shows a whole one. */
export interface JobDefinition {
  /** As `--job` takes it: for a job in `jobs/` the file's name. */
  readonly name: string;
  readonly summary: string;
  /** The product whose plans are ordered (9: Linkus Cloud Service, 11 to 13: P-Series; developer guide). */
  readonly productId: number;
  readonly operation: Operation;
  readonly cycles: Cycles;
  /** A rule of the vendor by which the portal may refuse any but the PBX's own cycle, as a sentence. */
  readonly fixedCycle?: string | undefined;
  /**
   * After how many days, for each year or each month that was ordered, another order of this kind for the same PBX and
   * plan is meant and not a repeat. Absent: never.
   */
  readonly repeatsAfterDays?: Readonly<Partial<Record<BillingCycle, number>>> | undefined;
}

/** What a batch can do. It decides; it sends nothing. */
export interface Job extends JobDefinition {
  /** The file of the user's own job, as a whole path; absent: one of this program. */
  readonly file?: string;
  readonly columns: readonly Column[];
  /** Each group names columns of which every row fills at least one. */
  readonly required: readonly (readonly string[])[];
  readonly order: (row: ResolvedRow) => OrderBody;
  /** What a row that names no cycle orders; with a billing cycle: what one that names that orders. */
  readonly usualCycle: (billingCycle?: BillingCycle) => OrderedCycle;
  /** A rule of the vendor that the row may break, as a sentence; it does not keep the row from being sent. */
  readonly warning: (row: OrderedCycle) => string | undefined;
  /**
   * How long an earlier order for the same PBX and plan makes one of this job a repeat, ms.
   * @param operation the earlier order's; `undefined`: not known
   */
  readonly standsFor: (operation: string | undefined, cycle: OrderedCycle) => number;
}

/** Makes a job of its definition. What all jobs share is said here, once. */
export function defineJob(definition: JobDefinition): Job {
  const { productId, operation, cycles } = definition;
  const usualCycle: Job['usualCycle'] = (named) => {
    const billingCycle = named ?? cyclesOf(cycles)[0] ?? 'annually';
    return { billingCycle, multiCycle: cycles[billingCycle]?.[0] ?? 0 };
  };
  return {
    ...definition,
    columns: [serialNumber, plan, planId, billingCycle(cycles), multiCycle(cycles), billingContact, poNumber],
    required: [['sn'], ['plan', 'planId']],
    usualCycle,
    warning: (row) => {
      const usual = usualCycle();
      const isUsual = row.billingCycle === usual.billingCycle && row.multiCycle === usual.multiCycle;
      return isUsual ? undefined : definition.fixedCycle;
    },
    standsFor: (earlier, cycle) => standsFor(definition, earlier, cycle),
    order: (row) => ({
      operationType: operation,
      productId,
      productNo: row.serialNumber,
      billingId: row.billingContactId,
      ...(row.poNumber === undefined ? {} : { poNumber: row.poNumber }),
      serviceList: [
        {
          serviceType: 'plan',
          serviceId: row.planId,
          purchaseType: PURCHASE_TYPES[operation],
          billingModel: 'recurring',
          billingCycle: row.billingCycle,
          multiCycle: row.multiCycle,
        },
      ],
    }),
  };
}

const DAY_MS = 86_400_000;

/**
 * A purchase and a switch both put a plan in force, so either makes the other a repeat. A renewal is meant to follow
 * them: only an earlier renewal makes it one.
 */
function standsFor(
  { operation, repeatsAfterDays }: JobDefinition,
  earlier: string | undefined,
  { billingCycle, multiCycle }: OrderedCycle,
): number {
  if (operation === 'renew_plan' && earlier !== undefined && earlier !== operation) return 0;
  const days = repeatsAfterDays?.[billingCycle];
  return days === undefined ? Number.POSITIVE_INFINITY : days * Math.max(1, multiCycle) * DAY_MS;
}
