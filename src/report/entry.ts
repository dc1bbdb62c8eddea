import { normalised } from '../input/column-names.js';
import { type Column, plan, serialNumber } from '../job/columns.js';
import type { RejectedRow } from '../ledger/ledger.js';
import type { OrderRow } from '../ledger/schema.js';
import { type PublicStatus, publicStatus } from '../output/public-status.js';

type Ordered = Pick<
  OrderRow,
  | 'order_no'
  | 'transaction_no'
  | 'order_status'
  | 'instance_id'
  | 'reference'
  | 'request_id'
  | 'submitted_at'
  | 'finished_at'
>;

/** A row of the input as the report tells of it, whether it could be ordered or was rejected. */
export interface Entry extends Ordered {
  /** Its number among the rows of the file, from 1. */
  readonly number: number;
  readonly serialNumber: string;
  readonly status: PublicStatus;
  /** The plan in the user's own words, else its id. */
  readonly plan: string;
  readonly planId: string;
  readonly billingContactId: string;
  readonly sends: number;
  readonly code: string | null;
  readonly message: string;
  readonly cells: readonly string[];
}

/** Where in the input's columns a person's own words for a row stand; -1: nowhere. */
export interface Places {
  readonly plan: number;
  readonly serialNumber: number;
}

export function placesIn(columns: readonly string[]): Places {
  const names = columns.map(normalised);
  const placeOf = ({ name, aliases }: Column): number => {
    const known = new Set([name, ...aliases].map(normalised));
    return names.findIndex((candidate) => known.has(candidate));
  };
  return { plan: placeOf(plan), serialNumber: placeOf(serialNumber) };
}

export function orderEntry(row: OrderRow, places: Places): Entry {
  const cells = JSON.parse(row.cells) as string[];
  return {
    ...orderedOf(row),
    number: row.position + 1,
    serialNumber: row.serial_number,
    status: publicStatus(row.status),
    plan: cells[places.plan]?.trim() || row.plan_id,
    planId: row.plan_id,
    billingContactId: row.billing_contact_id,
    sends: row.attempts,
    code: row.error_code,
    message: row.error_message ?? '',
    cells,
  };
}

/** A line that failed the checks, with the order of an earlier run for its serial number, if there is one. */
export function rejectedEntry(line: RejectedRow, places: Places): Entry {
  const cells = JSON.parse(line.cells) as string[];
  return {
    ...orderedOf(line),
    number: line.position + 1,
    serialNumber: cells[places.serialNumber]?.trim() ?? '',
    status: line.status === null ? 'invalid' : publicStatus(line.status),
    plan: cells[places.plan]?.trim() || (line.plan_id ?? ''),
    planId: line.plan_id ?? '',
    billingContactId: line.billing_contact_id ?? '',
    sends: line.attempts ?? 0,
    code: line.code,
    message: line.message,
    cells,
  };
}

const orderedOf = (row: Ordered): Ordered => ({
  order_no: row.order_no,
  transaction_no: row.transaction_no,
  order_status: row.order_status,
  instance_id: row.instance_id,
  reference: row.reference,
  request_id: row.request_id,
  submitted_at: row.submitted_at,
  finished_at: row.finished_at,
});

/** Milliseconds from the last send to what came of it; `undefined` while there is no outcome of a send. */
export function tookMs({ status, submitted_at, finished_at }: Entry): number | undefined {
  const ended = status === 'succeeded' || status === 'pending' || status === 'failed';
  if (!ended || submitted_at === null || finished_at === null) return undefined;
  return Math.max(0, finished_at - submitted_at);
}
