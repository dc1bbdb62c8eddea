import { existingLedger } from '../batch/existing-ledger.js';
import type { Io } from '../cli/io.js';
import type { Clock } from '../common/clock.js';
import { Problem } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import { openLedger } from '../ledger/ledger.js';
import type { BatchRecord } from '../ledger/schema.js';
import { ledgerHolder, sayHolder } from '../ledger/sqlite/lock.js';
import { countRows } from '../output/counts.js';
import { PUBLIC_STATUSES, publicStatus } from '../output/public-status.js';

export interface StatusOptions {
  readonly batch: string | undefined;
  readonly ledger: string;
  readonly sandbox: boolean;
  readonly json: boolean;
}

/** Open rows listed at most; the counts are whole. */
const SHOWN = 20;

/** The ledger's batches, or one batch's counts and open rows. Reads only: it may run beside a run. */
export async function status(options: StatusOptions, io: Io, clock: Clock): Promise<number> {
  existingLedger(options.ledger);
  const ledger = await openLedger(options.ledger, options.sandbox ? 'sandbox' : 'portal', clock);
  try {
    const counted = async (batch: BatchRecord) => ({
      batch: batch.id,
      job: batch.job,
      file: batch.file,
      lastRun: new Date(batch.updated_at).toISOString(),
      counts: await countRows(ledger, { batch: batch.id, runNo: batch.run_no }),
    });
    if (options.batch === undefined) {
      const batches = await Promise.all((await ledger.read.batches()).map(counted));
      if (options.json) io.print(JSON.stringify(batches));
      else if (batches.length === 0) io.print(`The ledger ${options.ledger} has no batches yet.`);
      for (const batch of options.json ? [] : batches) {
        io.print(`${batch.batch}  ${sayCounts(batch.counts)}  last run ${batch.lastRun}`);
      }
      return 0;
    }
    const batch = await ledger.read.batch(options.batch as BatchId);
    if (batch === undefined) throw unknownBatch(options.batch, options.ledger);
    const summary = await counted(batch);
    const running = ledgerHolder(options.ledger);
    const open = [];
    for (const kind of ['in_doubt', 'sending', 'pending', 'failed'] as const) {
      for (const row of await ledger.read.inStatus(batch.id, kind, '')) {
        open.push({
          sn: row.serial_number,
          line: row.line,
          // What is under way is in doubt only where nobody waits for its answer.
          status: row.status === 'sending' && running !== undefined ? 'in flight' : publicStatus(row.status),
          orderNo: row.order_no,
          errorCode: row.error_code,
          errorMessage: row.error_message,
        });
      }
    }
    if (options.json) {
      io.print(JSON.stringify({ ...summary, open }));
      return 0;
    }
    io.print(
      `${summary.batch}  ${sayCounts(summary.counts)}  last run ${summary.lastRun}\n  file ${summary.file}`,
    );
    const earlier = await ledger.read.earlierCounts({ batch: batch.id, runNo: batch.run_no });
    if (earlier.length > 0) {
      const said = earlier.map(({ status, rows }) => `${rows} ${publicStatus(status)}`);
      io.print(`  beside them, of earlier files: ${said.join(', ')}`);
    }
    if (running !== undefined)
      io.print(
        `  a run is going: ${running === 'unknown' ? 'somebody holds the ledger' : sayHolder(running)}`,
      );
    for (const row of open.slice(0, SHOWN)) {
      const why =
        row.errorCode === null ? (row.orderNo ?? '') : `${row.errorCode}: ${row.errorMessage ?? ''}`;
      io.print(`  ${row.status.padEnd(9)} ${row.sn.padEnd(14)} line ${row.line}  ${why}`.trimEnd());
    }
    if (open.length > SHOWN) io.print(`  … and ${open.length - SHOWN} more: see them all with --json`);
    return 0;
  } finally {
    await ledger.close();
  }
}

const sayCounts = (counts: Awaited<ReturnType<typeof countRows>>): string =>
  [
    `${counts.total} rows`,
    ...PUBLIC_STATUSES.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`),
  ].join(', ');

export const unknownBatch = (batch: string, ledger: string): Problem =>
  new Problem('unknown_batch', `The ledger ${ledger} has no batch "${batch}".`, {
    remedy: 'See its batches with the command `status`.',
  });
