import { stringify } from 'csv-stringify/sync';
import { defuseHidden } from '../input/cell.js';
import { normalised } from '../input/header.js';
import type { Dialect } from '../input/read-input.js';
import { RESULTS_COLUMNS } from '../job/results-columns.js';
import type { Ledger } from '../ledger/ledger.js';
import type { BatchRecord, OrderRow } from '../ledger/schema.js';
import type { RejectedRow, ResultsRow, RunKey } from '../ledger/sqlite/queries.js';
import { writeWhole } from './atomic-file.js';

/** What users and scripts read in `status`. */
export const PUBLIC_STATUSES = ['succeeded', 'pending', 'failed', 'in_doubt', 'invalid', 'not_sent'] as const;
export type PublicStatus = (typeof PUBLIC_STATUSES)[number];

/** A row that is `sending` with nobody sending it is one whose answer was lost. */
export const publicStatus = (status: OrderRow['status']): PublicStatus =>
  status === 'sending' ? 'in_doubt' : status;

type ResultsCells = Readonly<Record<(typeof RESULTS_COLUMNS)[number], string>>;

interface Line {
  readonly cells: readonly string[];
  readonly result: ResultsCells;
}

export interface ResultsSource {
  readonly ledger: Ledger;
  readonly batch: Pick<BatchRecord, 'id' | 'run_no' | 'dialect' | 'columns'>;
}

/** Writes one row for each row of the input, in its order and in its dialect. */
export function writeResults(source: ResultsSource, path: string): Promise<void> {
  const columns = JSON.parse(source.batch.columns) as string[];
  // The results' own planId takes the place of the input's.
  const kept = columns.map((name) => normalised(name) !== 'planid');
  const row = ({ cells, result }: Line): string[] => [
    ...cells.filter((_, i) => kept[i]),
    ...RESULTS_COLUMNS.map((column) => result[column]),
  ];
  const header = [...columns.filter((_, i) => kept[i]), ...RESULTS_COLUMNS];
  return writeWhole(path, csv(source, header, row));
}

/** Writes the rows that did not succeed, in the shape of the input plus the error: to be mended and run. */
export function writeFailures(source: ResultsSource, path: string): Promise<void> {
  const columns = JSON.parse(source.batch.columns) as string[];
  const row = ({ cells, result }: Line): string[] | undefined =>
    result.status === 'succeeded' || result.status === 'pending'
      ? undefined
      : [...cells, result.errorCode, result.errorMessage];
  return writeWhole(path, csv(source, [...columns, 'errorCode', 'errorMessage'], row));
}

async function* csv(
  source: ResultsSource,
  header: readonly string[],
  toRecord: (line: Line) => readonly string[] | undefined,
): AsyncGenerator<string> {
  const dialect = JSON.parse(source.batch.dialect) as Dialect;
  const options = {
    delimiter: dialect.delimiter,
    record_delimiter: dialect.newline,
    // With a delimiter of its own the library would leave other line breaks in a cell unquoted.
    quote_record_delimiter: true,
    // A value that a spreadsheet would run gets a quote in front; reading a results file takes it off again.
    escape_formulas: true,
  };
  yield (dialect.bom ? '\uFEFF' : '') + stringify([[...header]], options);
  for await (const lines of linesOf(source)) {
    const records = lines.map(toRecord).filter((record) => record !== undefined);
    const defused = records.map((record) => record.map(defuseHidden));
    if (defused.length > 0) yield stringify(defused, options);
  }
}

/** The run's rows and its rejected lines, merged by their place in the file, in portions. */
async function* linesOf({ ledger, batch }: ResultsSource): AsyncGenerator<Line[]> {
  const run: RunKey = { batch: batch.id, runNo: batch.run_no };
  const planIdAt = (JSON.parse(batch.columns) as string[]).findIndex((name) => normalised(name) === 'planid');
  const rows = portions((after) => ledger.read.rowsByPosition(run, after));
  const rejected = portions((after) => ledger.read.rejectedByPosition(run, after));
  for (;;) {
    await rows.fill();
    await rejected.fill();
    const lines: Line[] = [];
    // Merged without waiting for as long as both can tell which of them is next.
    while (rows.isReady() && rejected.isReady()) {
      const row = rows.peek();
      const reject = rejected.peek();
      if (row !== undefined && (reject === undefined || row.position < reject.position)) {
        lines.push(orderLine(row));
        rows.skip();
      } else if (reject !== undefined) {
        lines.push(rejectedLine(reject, planIdAt));
        rejected.skip();
      } else {
        yield lines;
        return;
      }
    }
    yield lines;
  }
}

/** Something by position that is read in portions. */
function portions<T extends { position: number }>(read: (after: number) => Promise<T[]>) {
  let portion: T[] = [];
  let at = 0;
  let after = -1;
  let ended = false;
  return {
    /** Reads the next portion where this one is used up. */
    fill: async (): Promise<void> => {
      if (at < portion.length || ended) return;
      portion = await read(after);
      at = 0;
      after = portion.at(-1)?.position ?? after;
      ended = portion.length === 0;
    },
    /** Whether `peek` tells what is next; it tells `undefined` at the end. */
    isReady: (): boolean => at < portion.length || ended,
    peek: (): T | undefined => portion[at],
    skip: (): void => {
      at++;
    },
  };
}

const time = (epochMs: number | null | undefined): string =>
  epochMs == null ? '' : new Date(epochMs).toISOString();

function orderLine(row: ResultsRow): Line {
  return {
    cells: JSON.parse(row.cells) as string[],
    result: {
      status: publicStatus(row.status ?? 'not_sent'),
      orderNo: row.order_no ?? '',
      transactionNo: row.transaction_no ?? '',
      orderStatus: row.order_status ?? '',
      instanceId: row.instance_id ?? '',
      planId: row.plan_id,
      billingContactId: row.billing_contact_id,
      reference: row.reference ?? '',
      attempts: String(row.attempts ?? 0),
      requestId: row.request_id ?? '',
      errorCode: row.error_code ?? '',
      errorMessage: row.error_message ?? '',
      submittedAt: time(row.submitted_at),
      finishedAt: time(row.finished_at),
    },
  };
}

const NOTHING = Object.fromEntries(RESULTS_COLUMNS.map((column) => [column, ''])) as ResultsCells;

/** A line that failed the checks; where an earlier run ordered for its serial number, that order is told too. */
function rejectedLine(line: RejectedRow, planIdAt: number): Line {
  const cells = JSON.parse(line.cells) as string[];
  const finding = { errorCode: line.code, errorMessage: line.message };
  const { status, plan_id, billing_contact_id, attempts } = line;
  if (status === null || plan_id === null || billing_contact_id === null || attempts === null) {
    const invalid = { status: 'invalid', planId: cells[planIdAt] ?? '', attempts: '0' };
    return { cells, result: { ...NOTHING, ...invalid, ...finding } };
  }
  const ordered = {
    ...line,
    status,
    plan_id,
    billing_contact_id,
    attempts,
    error_code: null,
    error_message: null,
  };
  return { cells, result: { ...orderLine(ordered).result, ...finding } };
}
