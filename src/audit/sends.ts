import type { BatchId } from '../common/ids.js';
import { eachRow } from '../ledger/each-row.js';
import type { Ledger } from '../ledger/ledger.js';
import type { OrderRow, SendRecord } from '../ledger/schema.js';
import { plainCsv } from '../output/plain-csv.js';

const COLUMNS = [
  'sn',
  'send',
  'run',
  'sentAt',
  'endedAt',
  'outcome',
  'orderNo',
  'requestId',
  'code',
  'reference',
];

/** The moves that end a send, in words. */
const OUTCOMES: Readonly<Record<string, string>> = {
  place: 'placed',
  refuse: 'refused',
  withdraw: 'not_placed',
  lose: 'answer_lost',
  bury: 'placed_dead',
};

/** Every send of a batch, also those that have no answer yet. */
export const sendsCsv = (ledger: Ledger, batch: BatchId): AsyncGenerator<string> =>
  plainCsv(COLUMNS, rowsOf(ledger, batch));

async function* rowsOf(ledger: Ledger, batch: BatchId): AsyncGenerator<readonly string[]> {
  for (let after: SendRecord | undefined; ; ) {
    const sends = await ledger.runs.sends(batch, after);
    after = sends.at(-1);
    if (after === undefined) break;
    yield* sends.map(ended);
  }
  for await (const row of eachRow(ledger, batch, 'sending')) yield underWay(row);
}

const time = (epochMs: number | null): string => (epochMs === null ? '' : new Date(epochMs).toISOString());

const ended = (send: SendRecord): readonly string[] => [
  send.sn_key,
  String(send.claim_no),
  String(send.run_no),
  time(send.sent_at),
  time(send.ended_at),
  OUTCOMES[send.outcome] ?? send.outcome,
  send.order_no ?? '',
  send.request_id ?? '',
  send.code ?? '',
  send.reference ?? '',
];

const underWay = (row: OrderRow): readonly string[] => [
  row.sn_key,
  String(row.claim_no),
  String(row.sent_run),
  time(row.submitted_at),
  '',
  'no_answer_yet',
  '',
  '',
  '',
  row.reference ?? '',
];
