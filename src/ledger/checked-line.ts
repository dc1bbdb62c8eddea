import type { OrderedCycle } from '../common/billing-cycle.js';
import type { Finding } from '../common/finding.js';
import type { BillingContactId, PlanId, SerialKey, SerialNumber } from '../common/ids.js';

/** A line of the file after all checks that need no ledger. */
export interface CheckedLine {
  readonly position: number;
  readonly line: number;
  /** The carried-through cells, as JSON. */
  readonly cells: string;
  readonly snKey: SerialKey | undefined;
  /** What is to be ordered; absent if the line has findings. */
  readonly order: OrderTerms | undefined;
  readonly findings: readonly Finding[];
}

export interface OrderTerms extends OrderedCycle {
  readonly serialNumber: SerialNumber;
  readonly planId: PlanId;
  readonly billingContactId: BillingContactId;
  readonly ownPoNumber: string | undefined;
}

/** A line that can be ordered as it stands. */
export type Orderable = CheckedLine & { readonly snKey: SerialKey; readonly order: OrderTerms };

export const isOrderable = (line: CheckedLine): line is Orderable =>
  line.order !== undefined && line.snKey !== undefined && line.findings.length === 0;

/** Something wrong with a row that had passed the checks of its line. */
export interface RowFinding {
  readonly snKey: SerialKey;
  readonly finding: Finding;
}
