import type { Generated } from 'kysely';
import type { BillingCycle } from '../common/billing-cycle.js';
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

/** Column types hold for SQLite and PostgreSQL: text, whole numbers, and times as epoch milliseconds. */
export interface LedgerTables {
  /** One line for the ledger itself: it never mixes the sandbox's orders with real ones. */
  ledger: LedgerRecord;
  batch: BatchRecord;
  order_row: OrderRowTable;
  rejected_line: RejectedLine;
  credit: CreditTable;
  look: LookRecord;
  portal_order: PortalOrderRecord;
  portal_serial: PortalSerialRecord;
  portal_reference: PortalReferenceRecord;
  batch_run: BatchRunRecord;
  send: SendRecord;
}

/** A batch's run: the rows that its last file has, or had. */
export interface RunKey {
  readonly batch: BatchId;
  readonly runNo: number;
}

export interface LedgerRecord {
  id: number;
  kind: 'portal' | 'sandbox';
  created_at: number;
  /** The ledger's own time when it was last written, ms: see `LedgerTime`. A database has its own clock. */
  time_at: number;
}

export interface BatchRecord {
  id: BatchId;
  job: string;
  /** The file that the user's own job was read from, as a whole path; null: a job of this program. */
  job_file: string | null;
  /** The job's `operationType`: it says whether a later order is a repeat. */
  operation: string;
  file: string;
  /** The last run that read the file: rows of an earlier one are no longer in it. */
  run_no: number;
  /** The input's dialect and its carried-through columns, as JSON. */
  dialect: string;
  columns: string;
  created_at: number;
  updated_at: number;
}

/** A serial number's place in a batch, what is ordered for it and what came of it. */
export interface OrderRow {
  batch: BatchId;
  sn_key: SerialKey;
  run_no: number;
  /** The run from which the row was taken out again, because of a finding; null: none. */
  removed_in_run: number | null;
  position: number;
  line: number;
  cells: string;
  serial_number: SerialNumber;
  plan_id: PlanId;
  billing_contact_id: BillingContactId;
  billing_cycle: BillingCycle;
  /** Years with `annually`; 0 with `monthly`. */
  multi_cycle: number;
  /** The user's own purchase-order number, which takes our reference's place. */
  own_po_number: string | null;
  status: RowStatus;
  /** 1: a person has to decide (its order was cancelled, say), and it is never sent again by itself. */
  needs_person: number;
  /** What travelled in `poNumber` with the last send; null: nothing. */
  reference: Reference | null;
  /** Sends in all runs, and in the run `sent_run`. */
  attempts: number;
  run_attempts: number;
  sent_run: number;
  /** Epoch ms of the intent of the last send. */
  submitted_at: number | null;
  /**
   * While `sending`: by when it has ended. While `in_doubt`: the last moment it can have been under way. In the
   * ledger's own time.
   */
  open_until: number | null;
  /** The intent of the first send whose answer was lost: an order of it may still show up. */
  doubt_since: number | null;
  /** When that send was intended, in the ledger's own time; null for what an older version wrote. */
  intended_at: number | null;
  /** The last look at the portal that had ended before that send: what it showed cannot be the row's order. */
  look_before: number;
  /** Which worker holds the row, or held it last; null: nobody, or the only process there is. */
  owner: string | null;
  /** Sends that were ever intended: it only grows, so a late word about an earlier one is recognised. */
  claim_no: number;
  finished_at: number | null;
  order_no: OrderNo | null;
  transaction_no: string | null;
  order_status: string | null;
  instance_id: string | null;
  request_id: string | null;
  error_code: string | null;
  error_message: string | null;
}

type Defaulted =
  | 'status'
  | 'needs_person'
  | 'look_before'
  | 'attempts'
  | 'run_attempts'
  | 'sent_run'
  | 'owner'
  | 'claim_no';
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
  /** `answer`: the portal named the order in its answer to our send. That alone is sure. */
  named_by: 'answer' | 'evidence';
  /** When, in the ledger's own time; null for what an older version wrote. */
  at: number | null;
}

type CreditTable = Omit<CreditRecord, 'named_by' | 'at'> & {
  named_by: Generated<CreditRecord['named_by']>;
  at: Generated<CreditRecord['at']>;
};

/** One look at the portal's list of orders. */
export interface LookRecord {
  no: number;
  /** In the ledger's own time. */
  began_at: number;
  /** 1: every page was read to the end, and the reading proves it. 0: not, or it is not over. */
  whole: number;
  /** When it ended: in the ledger's own time, by our clock and by the portal's (epoch ms); null: unknown. */
  ended_at: number | null;
  wall_at: number | null;
  portal_at: number | null;
}

/** An order as the portal was seen to show it. */
export interface PortalOrderRecord {
  order_no: OrderNo;
  status: string | null;
  /** By the clock of the orders, epoch ms. */
  create_time: number | null;
  /** From the details; null: not told. */
  product_id: string | null;
  transaction_no: string | null;
  instance_id: string | null;
  /** What it cost, a decimal number, from the details; null: not told. */
  amount: string | null;
  currency: string | null;
  details: 'unread' | 'read' | 'missing' | 'failed';
  details_tries: number;
  /** The first and the last look that showed it, and when, epoch ms. */
  first_look: number;
  last_look: number;
  first_seen_at: number;
  last_seen_at: number;
}

/** A run of a batch. */
export interface BatchRunRecord {
  batch: BatchId;
  run_no: number;
  /** Epoch ms; null: it has not ended, or was killed. */
  started_at: number;
  ended_at: number | null;
  /** The program's name and version, and Node's. */
  program: string;
  machine: string;
  /** Who was logged in there. */
  person: string;
  /** The options as typed, without secrets, as JSON. */
  command: string;
  /** Of the file that was read, in hexadecimal. */
  input_sha256: string | null;
  plan_hash: string | null;
  /** What its orders were to cost, as JSON; null: not asked. */
  price: string | null;
  /** Orders placed by it. */
  sent: number | null;
  exit_code: number | null;
  /** Whose orders it places, as JSON of a `PortalAccount`; null: of an older version. */
  account: string | null;
}

/** A send that is over. */
export interface SendRecord {
  batch: BatchId;
  sn_key: SerialKey;
  /** Its number among all sends of the row. */
  claim_no: number;
  run_no: number;
  /** Epoch ms. */
  sent_at: number | null;
  ended_at: number;
  /** The move that ended it. */
  outcome: string;
  reference: Reference | null;
  order_no: OrderNo | null;
  request_id: string | null;
  code: string | null;
}

export type Place = 'list' | 'details';

/** What the portal shows in the place of a serial number: it may be masked, or another number. */
export interface PortalSerialRecord {
  order_no: OrderNo;
  place: Place;
  /** In upper case. */
  sn_key: SerialKey;
}

/** A purchase-order number or customer's reference on an order. */
export interface PortalReferenceRecord {
  order_no: OrderNo;
  place: Place;
  /** As references are compared: in upper case, without spaces around. */
  reference_key: string;
}
