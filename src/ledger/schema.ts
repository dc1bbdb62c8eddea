import type { Generated } from 'kysely';
import type {
  BatchId,
  BillingContactId,
  OrderNo,
  PlanId,
  Reference,
  SerialKey,
  SerialNumber,
} from '../common/ids.js';

/** Where a row stands. `sending` is on disk before its POST leaves: after a kill it means a lost answer. */
export const ROW_STATUSES = ['not_sent', 'sending', 'succeeded', 'pending', 'failed', 'in_doubt'] as const;
export type RowStatus = (typeof ROW_STATUSES)[number];

/** Where the portal shows our reference: found out with the first order, kept for the batch. */
export type ReferenceEcho = 'unknown' | 'list' | 'details' | 'none';

/** Column types hold for SQLite and PostgreSQL: text, whole numbers, and times as epoch milliseconds. */
export interface LedgerTables {
  /** One line for the ledger itself: it never mixes the sandbox's orders with real ones. */
  ledger: { id: number; kind: 'portal' | 'sandbox'; created_at: number };
  batch: BatchRecord;
  order_row: OrderRowTable;
  rejected_line: RejectedLine;
  credit: CreditRecord;
}

export interface BatchRecord {
  id: BatchId;
  job: string;
  file: string;
  /** The last run that read the file: rows of an earlier one are no longer in it. */
  run_no: number;
  /** The input's dialect and its carried-through columns, as JSON. */
  dialect: string;
  columns: string;
  reference_echo: ReferenceEcho;
  /** When the portal's orders were looked through for ours, as a batch new to this ledger needs. */
  looked_back_at: number | null;
  created_at: number;
  updated_at: number;
}

/** A serial number's place in a batch, what is ordered for it and what came of it. */
export interface OrderRow {
  batch: BatchId;
  sn_key: SerialKey;
  run_no: number;
  position: number;
  line: number;
  cells: string;
  serial_number: SerialNumber;
  plan_id: PlanId;
  billing_contact_id: BillingContactId;
  multi_cycle: number;
  /** The user's own purchase-order number, which takes our reference's place. */
  own_po_number: string | null;
  status: RowStatus;
  /** 1: a person has to decide (its order was cancelled, say), and it is never sent again by itself. */
  held: number;
  /** What travelled in `poNumber` with the last send; null: nothing. */
  reference: Reference | null;
  /** Sends in all runs, and in the run `sent_run`. */
  attempts: number;
  run_attempts: number;
  sent_run: number;
  /** Epoch ms of the intent of the last send. */
  submitted_at: number | null;
  /** While `sending`: by when it has ended. While `in_doubt`: the last moment it can have been under way. */
  open_until: number | null;
  /** The intent of the first send whose answer was lost: an order of it may still show up. */
  doubt_since: number | null;
  finished_at: number | null;
  order_no: OrderNo | null;
  transaction_no: string | null;
  order_status: string | null;
  instance_id: string | null;
  request_id: string | null;
  error_code: string | null;
  error_message: string | null;
}

type Defaulted = 'status' | 'held' | 'attempts' | 'run_attempts' | 'sent_run';
export type OrderRowTable = Omit<OrderRow, Defaulted> & { [K in Defaulted]: Generated<OrderRow[K]> };

/** A line of the file that cannot be ordered as it stands. */
export interface RejectedLine {
  batch: BatchId;
  position: number;
  line: number;
  /** Where the line has a readable serial number: its order may have been placed by an earlier run. */
  sn_key: SerialKey | null;
  cells: string;
  code: string;
  message: string;
}

/** Which row an order of the portal belongs to: each order is credited once. */
export interface CreditRecord {
  order_no: OrderNo;
  batch: BatchId;
  sn_key: SerialKey;
}
