import type { OrderNo } from '../common/ids.js';
import { normalised } from '../input/column-names.js';
import { RESULTS_COLUMNS } from '../job/results-columns.js';
import type { Ledger, OrderAmount, RejectedRow, ResultsRow } from '../ledger/ledger.js';
import type { BatchRecord, RunKey } from '../ledger/schema.js';
import { publicStatus } from './public-status.js';

export type ResultsCells = Readonly<Record<(typeof RESULTS_COLUMNS)[number], string>>;

/** A line of the input: its cells, and what became of it. */
export interface Line {
  readonly cells: readonly string[];
  /** The same object for lines that are known to share it. */
  readonly result: ResultsCells;
}

export interface ResultsSource {
  readonly ledger: Ledger;
  readonly batch: Pick<BatchRecord, 'id' | 'run_no' | 'dialect' | 'columns'>;
}

/** The run's rows and its rejected lines, merged by their place in the file, in portions. */
export async function* linesOf({ ledger, batch }: ResultsSource): AsyncGenerator<Line[]> {
  const run: RunKey = { batch: batch.id, runNo: batch.run_no };
  const planIdAt = (JSON.parse(batch.columns) as string[]).findIndex((name) => normalised(name) === 'planid');
  const rows = portions((after) => ledger.read.rowsByPosition(run, after));
  const rejected = portions((after) => ledger.read.rejectedByPosition(run, after));
  const untouched = createUntouched();
  const priced = await ledger.read.anyAmount();
  for (;;) {
    await rows.fill();
    await rejected.fill();
    const costs = priced
      ? await costsOf(ledger, [...rows.ahead(), ...rejected.ahead()])
      : new Map<OrderNo, OrderAmount>();
    const costOf = ({ order_no }: { readonly order_no?: OrderNo | null }): OrderAmount | undefined =>
      order_no == null ? undefined : costs.get(order_no);
    const lines: Line[] = [];
    // Merged without waiting for as long as both can tell which of them is next.
    while (rows.isReady() && rejected.isReady()) {
      const row = rows.peek();
      const reject = rejected.peek();
      if (row !== undefined && (reject === undefined || row.position < reject.position)) {
        lines.push(row.status === undefined ? untouched(row) : orderLine(row, costOf(row)));
        rows.skip();
      } else if (reject !== undefined) {
        lines.push(rejectedLine(reject, planIdAt, costOf(reject)));
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
    /** Reads the next portion when this one is used up. */
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
    /** What has been read and is not used yet. */
    ahead: (): readonly T[] => portion.slice(at),
    skip: (): void => {
      at++;
    },
  };
}

async function costsOf(
  ledger: Ledger,
  rows: readonly { readonly order_no?: OrderNo | null }[],
): Promise<ReadonlyMap<OrderNo, OrderAmount>> {
  const orderNos = rows.flatMap(({ order_no }) => order_no ?? []);
  return orderNos.length === 0 ? new Map() : await ledger.read.amounts(orderNos);
}

const time = (epochMs: number | null | undefined): string =>
  epochMs == null ? '' : new Date(epochMs).toISOString();

function orderLine(row: ResultsRow, cost?: OrderAmount): Line {
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
      amount: cost?.amount ?? '',
      currency: cost?.currency ?? '',
    },
  };
}

/** Rows that were never sent differ only in their cells, plan and contact: those with the same plan and contact share a result. */
function createUntouched(): (row: ResultsRow) => Line {
  const shared = new Map<string, ResultsCells>();
  return (row) => {
    const key = `${row.plan_id} ${row.billing_contact_id}`;
    const result = shared.get(key) ?? orderLine(row).result;
    shared.set(key, result);
    return { cells: JSON.parse(row.cells) as string[], result };
  };
}

const NOTHING = Object.fromEntries(RESULTS_COLUMNS.map((column) => [column, ''])) as ResultsCells;

/** A line that failed the checks, with the order of an earlier run for its serial number, if there is one. */
function rejectedLine(line: RejectedRow, planIdAt: number, cost?: OrderAmount): Line {
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
  return { cells, result: { ...orderLine(ordered, cost).result, ...finding } };
}
