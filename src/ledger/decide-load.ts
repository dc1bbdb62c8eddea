import { cycleOfRow, type OrderedCycle, sayCycle } from '../common/billing-cycle.js';
import type { Finding, FindingCode } from '../common/finding.js';
import type { BatchId, BillingContactId, PlanId } from '../common/ids.js';
import type { OrderTerms } from './checked-line.js';
import { type OrderRow, ROW_STATUSES, type RowStatus } from './schema.js';

/** What the ledger already has for a serial number. */
export type Existing = Pick<
  OrderRow,
  | 'batch'
  | 'sn_key'
  | 'run_no'
  | 'removed_in_run'
  | 'position'
  | 'line'
  | 'status'
  | 'needs_person'
  | 'plan_id'
  | 'billing_contact_id'
  | 'billing_cycle'
  | 'multi_cycle'
  | 'submitted_at'
  | 'finished_at'
  | 'order_status'
>;

export type LoadDecision =
  | { readonly do: 'insert' }
  /** The row was ordered, or may have been: its place in the file is new, its terms stay. */
  | { readonly do: 'keep' }
  /** Nothing stands at the portal: the file's terms are taken. */
  | { readonly do: 'renew' }
  | { readonly do: 'reject'; readonly finding: Finding };

/** Statuses in which an order stands at the portal, or may stand there. */
export const ORDERED: RowStatus[] = ['succeeded', 'pending', 'sending', 'in_doubt'];

/** A line of the file, as far as a finding needs it. */
interface Named {
  readonly line: number;
  readonly order: Pick<OrderTerms, 'serialNumber'>;
}

interface Wanted {
  readonly line: number;
  readonly order: Pick<OrderTerms, 'serialNumber' | 'planId' | 'billingContactId' | keyof OrderedCycle>;
}

/**
 * How long an earlier order for the same PBX and plan makes this one a repeat, ms. Infinity: for good; 0: it never does.
 * @param operation the earlier order's `operationType`
 */
export type StandsFor = (operation: string, cycle: OrderedCycle) => number;

/** What people call a plan and a billing contact. */
export interface TermNames {
  readonly planName: (id: PlanId) => string;
  readonly billingContactName: (id: BillingContactId) => string;
}

const BY_ID: TermNames = { planName: (id) => `id ${id}`, billingContactName: (id) => `id ${id}` };

interface Run {
  /** Left out: they are called by their ids. */
  readonly names?: TermNames | undefined;
  readonly batch: BatchId;
  readonly runNo: number;
  readonly allowRepeat: boolean;
  readonly standsFor: StandsFor;
  /** What each batch of the ledger orders. */
  readonly operations: ReadonlyMap<BatchId, string>;
  /** Epoch ms. */
  readonly now: number;
}

/** What a line of the file means for the ledger, given all that is known of its serial number. Pure. */
export function decideLoad(known: readonly Existing[], row: Wanted, run: Run): LoadDecision {
  const own = known.find((other) => other.batch === run.batch);
  const { planName, billingContactName } = run.names ?? BY_ID;
  const sn = row.order.serialNumber;
  if (own !== undefined && (own.run_no === run.runNo || own.removed_in_run === run.runNo)) {
    return { do: 'reject', finding: duplicateOf(own, row) };
  }
  if (own?.needs_person === 1) {
    return reject(
      row,
      'order_needs_a_person',
      `the portal has the order for ${sn} with the status "${own.order_status ?? 'unknown'}": look at it in the Partner Portal. ` +
        'To order again, put the row into a separate file and run that with another --batch',
    );
  }
  if (own !== undefined && ORDERED.includes(own.status)) {
    const was = isInDoubt(own.status) ? 'may have been ordered' : 'was ordered';
    if (own.plan_id !== row.order.planId) {
      return reject(
        row,
        'plan_changed',
        `${sn} ${was} in this batch with another plan, ${planName(own.plan_id)}: ` +
          'to switch it again, put the row into a separate file and run that with another --batch',
      );
    }
    const changes = changesOf(own, row, billingContactName);
    if (changes.length === 0) return { do: 'keep' };
    return reject(
      row,
      'terms_changed',
      `${sn} ${was} in this batch with ${changes.join(' and ')}: change the line back to that, or, to order again, ` +
        'put it into a separate file and run that with another --batch',
    );
  }
  const elsewhere = known.find(
    (other) =>
      other.batch !== run.batch &&
      other.plan_id === row.order.planId &&
      ORDERED.includes(other.status) &&
      standsInTheWay(other, row, run),
  );
  if (elsewhere !== undefined && !run.allowRepeat)
    return { do: 'reject', finding: orderedElsewhere(row.line, sn, elsewhere) };
  return { do: own === undefined ? 'insert' : 'renew' };
}

/** The finding for a row whose PBX another batch has ordered the same plan for. */
export function orderedElsewhere(
  line: number,
  serialNumber: string,
  { batch, status }: Pick<Existing, 'batch' | 'status'>,
): Finding {
  const message = isInDoubt(status)
    ? `${serialNumber} is in doubt in batch "${batch}", with the same plan: check that row first, with the ` +
      'command reconcile or by running that batch again'
    : `${serialNumber} was ordered with the same plan in batch "${batch}" (${status}): ` +
      'remove the row, or order it again with --allow-repeat';
  return { line, code: 'ordered_in_another_batch', message };
}

/** What is in doubt does in any case: whether it was ordered, and when, is not known. */
function standsInTheWay(other: Existing, { order }: Wanted, { standsFor, operations, now }: Run): boolean {
  if (isInDoubt(other.status)) return true;
  const orderedAt = other.finished_at ?? other.submitted_at ?? now;
  return now - orderedAt < standsFor(operations.get(other.batch) ?? '', order);
}

/** What the file now says otherwise than the order for its serial number, which cannot be changed any more. */
const changesOf = (
  own: Existing,
  { order }: Wanted,
  contactName: TermNames['billingContactName'],
): string[] => [
  ...(own.billing_cycle === order.billingCycle
    ? []
    : [`the cycle "${sayCycle(cycleOfRow(own))}", ` + `not "${sayCycle(order)}"`]),
  ...(own.billing_cycle !== order.billingCycle || own.multi_cycle === order.multiCycle
    ? []
    : [`a multiCycle of ${own.multi_cycle}, not ${order.multiCycle}`]),
  ...(own.billing_contact_id === order.billingContactId
    ? []
    : [
        `the billing contact ${contactName(own.billing_contact_id)}, not ${contactName(order.billingContactId)}`,
      ]),
];

/** Statuses in which nothing stands at the portal. */
export const UNORDERED = ROW_STATUSES.filter((status) => !ORDERED.includes(status));

const isInDoubt = (status: RowStatus): boolean => status === 'in_doubt' || status === 'sending';

export const isOrdered = (status: RowStatus): boolean => ORDERED.includes(status);

/** The finding for a line whose serial number stands in an earlier line of the file. */
export const duplicateOf = (first: Pick<Existing, 'line'>, second: Named): Finding => ({
  line: second.line,
  code: 'duplicate_serial_number',
  message: `serial number ${second.order.serialNumber} is in line ${first.line} already: remove one of the two`,
});

/** The finding for the first of two lines that want different plans for one serial number. */
export const conflictingTwin = (first: Pick<Existing, 'line'>, second: Named): Finding => ({
  line: first.line,
  code: 'duplicate_serial_number',
  message: `serial number ${second.order.serialNumber} is also in line ${second.line}, with another plan: remove one of the two`,
});

/** The finding for a line whose serial number also stands in a line that has findings of its own. */
export const duplicateOfInvalid = (line: number, serialNumber: string, other: number): Finding => ({
  line,
  code: 'duplicate_serial_number',
  message: `serial number ${serialNumber} is in line ${other} too: remove one of the two`,
});

const reject = (row: Wanted, code: FindingCode, message: string): LoadDecision => ({
  do: 'reject',
  finding: { line: row.line, code, message },
});
