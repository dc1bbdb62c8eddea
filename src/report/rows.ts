import { PUBLIC_STATUSES } from '../output/public-status.js';
import { type Entry, tookMs } from './entry.js';

/** A row as the page carries it: an array, since names repeated 50,000 times would double the file. */
export type ReportRow = readonly [
  /** Its number among the rows of the file, from 1. */
  number: number,
  serialNumber: string,
  /** An index of `PUBLIC_STATUSES`. */
  status: number,
  orderNo: string,
  plan: string,
  sends: number,
  /** Milliseconds from the last send to the outcome; -1: it has none. */
  tookMs: number,
  reason: string,
  /** What only the details of a row show, in the order of `DETAILS`. */
  details: readonly string[],
  /** The row of the input, in the order of its columns. */
  cells: readonly string[],
];

/** The names of a row's further details. */
export const DETAILS = [
  'Order status',
  'Transaction number',
  'Instance',
  'Plan id',
  'Billing contact id',
  'Reference',
  'Request id',
  'Sent',
  'Finished',
] as const;

/** A moment as the report shows it: to the second, in UTC like everything on the page. */
export const utc = (epochMs: number): string =>
  new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');

const moment = (epochMs: number | null): string => (epochMs === null ? '' : `${utc(epochMs)} UTC`);

export function reportRow(entry: Entry): ReportRow {
  return [
    entry.number,
    entry.serialNumber,
    PUBLIC_STATUSES.indexOf(entry.status),
    entry.order_no ?? '',
    entry.plan,
    entry.sends,
    tookMs(entry) ?? -1,
    entry.code === null ? '' : `${entry.code}: ${entry.message}`,
    [
      entry.order_status ?? '',
      entry.transaction_no ?? '',
      entry.instance_id ?? '',
      entry.planId,
      entry.billingContactId,
      entry.reference ?? '',
      entry.request_id ?? '',
      moment(entry.submitted_at),
      moment(entry.finished_at),
    ],
    entry.cells,
  ];
}
