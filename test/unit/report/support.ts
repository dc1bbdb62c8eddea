import type { BatchId, BillingContactId, OrderNo, PlanId, SerialNumber } from '../../../src/common/ids.js';
import { serialKey } from '../../../src/common/ids.js';
import type { RejectedRow } from '../../../src/ledger/ledger.js';
import type { OrderRow } from '../../../src/ledger/schema.js';
import type { ReportSource } from '../../../src/report/write-report.js';

export const START = Date.UTC(2026, 5, 1, 9, 30);
export const COLUMNS = ['sn', 'customer', 'plan'] as const;

/** A row that succeeded, unless more is said. */
export function row(position: number, more: Partial<OrderRow> = {}): OrderRow {
  const serialNumber = (more.serial_number ?? `3694${String(10_000_000 + position)}`) as SerialNumber;
  return {
    batch: 'june' as BatchId,
    sn_key: serialKey(serialNumber),
    run_no: 1,
    position,
    line: position + 2,
    cells: JSON.stringify([serialNumber, `Customer ${position}`, 'Linkus Cloud Service Pro']),
    serial_number: serialNumber,
    plan_id: '1876543210987654321' as PlanId,
    billing_contact_id: '9223372036854775807' as BillingContactId,
    billing_cycle: 'annually',
    multi_cycle: 1,
    own_po_number: null,
    status: 'succeeded',
    needs_person: 0,
    removed_in_run: null,
    intended_at: null,
    look_before: 0,
    owner: null,
    claim_no: 1,
    reference: null,
    attempts: 1,
    run_attempts: 1,
    sent_run: 1,
    submitted_at: START + position * 100,
    open_until: null,
    doubt_since: null,
    finished_at: START + position * 100 + 180,
    order_no: `SO2606${position}` as OrderNo,
    transaction_no: null,
    order_status: 'succeed',
    instance_id: null,
    request_id: null,
    error_code: null,
    error_message: null,
    ...more,
  };
}

const NOT_ORDERED = {
  status: null,
  order_no: null,
  transaction_no: null,
  order_status: null,
  instance_id: null,
  plan_id: null,
  billing_contact_id: null,
  reference: null,
  attempts: null,
  request_id: null,
  submitted_at: null,
  finished_at: null,
};

/** A line that failed the checks. */
export function rejected(position: number, cells: readonly string[], message: string): RejectedRow {
  return { ...NOT_ORDERED, position, cells: JSON.stringify(cells), code: 'unknown_plan', message };
}

/** A batch of these rows, as a ledger would give them: in portions. */
export function sourceOf(
  rows: readonly OrderRow[],
  lines: readonly RejectedRow[] = [],
  more: Partial<ReportSource> = {},
): ReportSource {
  const sorted = [...rows].sort((a, b) => (a.sn_key < b.sn_key ? -1 : 1));
  const firstBehind = (after: string): number => sorted.findIndex(({ sn_key }) => sn_key > after);
  return {
    batch: {
      id: 'june' as BatchId,
      job: 'switch-plan',
      operation: 'switch_plan',
      file: '/data/june.csv',
      run_no: 1,
      columns: JSON.stringify(COLUMNS),
    },
    sandbox: false,
    now: START + 3_600_000,
    ledger: {
      read: {
        bySerialNumber: async (_, after) => {
          const from = firstBehind(after);
          return from < 0 ? [] : sorted.slice(from, from + 500);
        },
        rejectedByPosition: async (_, after) =>
          lines.filter(({ position }) => position > after).slice(0, 500),
      },
    },
    ...more,
  };
}
