import type { Ledger } from '../ledger/ledger.js';
import type { BatchRecord, BatchRunRecord } from '../ledger/schema.js';
import { costOf } from '../output/cost.js';
import { countBatch } from '../output/counts.js';

/** What an audit is made of. */
export interface AuditSource {
  readonly ledger: Ledger;
  readonly batch: BatchRecord;
  readonly sandbox: boolean;
  /** Epoch ms. */
  readonly now: number;
  /** This program and its version. */
  readonly program: string;
}

const time = (epochMs: number | null): string | null =>
  epochMs === null ? null : new Date(epochMs).toISOString();

const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json));

/** The batch as a whole. */
export async function aboutBatch(
  { ledger, batch, sandbox, now, program }: AuditSource,
  runs: readonly BatchRunRecord[],
) {
  const placed = runs.findLast(({ sent }) => (sent ?? 0) > 0) ?? runs.at(-1);
  return {
    batch: batch.id,
    sandbox,
    job: batch.job,
    jobFile: batch.job_file,
    operation: batch.operation,
    file: batch.file,
    inputSha256: placed?.input_sha256 ?? null,
    planHash: placed?.plan_hash ?? null,
    firstLoaded: time(batch.created_at),
    lastLoaded: time(batch.updated_at),
    runs: batch.run_no,
    cost: (await costOf(ledger, { batch: batch.id, runNo: batch.run_no })) ?? null,
    rows: await countBatch(ledger, { batch: batch.id, runNo: batch.run_no }),
    ledger: ledger.name,
    audit: { madeAt: time(now), program },
  };
}

/** Who ran what, when, and from which machine. */
export const aboutRuns = (runs: readonly BatchRunRecord[]) =>
  runs.map((run) => ({
    run: run.run_no,
    startedAt: time(run.started_at),
    endedAt: time(run.ended_at),
    person: run.person,
    machine: run.machine,
    program: run.program,
    command: parsed(run.command),
    inputSha256: run.input_sha256,
    planHash: run.plan_hash,
    price: parsed(run.price),
    ordersPlaced: run.sent,
    exitCode: run.exit_code,
  }));

export const README = `What is known of one batch of orders, taken from the ledger of yeastar-batch.

batch.json   the batch: job, file, counts, the SHA-256 of the input and the hash of its plan
runs.json    each run of it: who, when, from which machine, with which version and options, what it was to cost, and
             how it ended. A run without an end was killed or is going on. Dry runs placed no order.
sends.csv    each request that tried to place an order, with its times (UTC), what came of it and the portal's
             requestId. outcome: placed; refused (the portal's no); not_placed (it is proven that nothing was placed,
             so it was sent again); answer_lost (the portal was looked at before anything else); placed_dead (placed,
             and cancelled or failed at once); no_answer_yet
results.csv  the rows of the input, each with its outcome
report.html  the same for reading: open it in a browser
SHA256SUMS   the SHA-256 of each of these files: check them with sha256sum -c SHA256SUMS

Runs and sends of versions that did not keep them yet are missing. There are no secrets in these files.
`;
