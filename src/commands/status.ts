import { existingBatch, ledgerLocation, openExisting } from '../batch/existing-ledger.js';
import type { Call, Ending } from '../cli/call.js';
import type { BatchId } from '../common/ids.js';
import { sayMoment } from '../common/moment.js';
import { type Holder, sayHolder } from '../ledger/holder.js';
import type { Ledger } from '../ledger/ledger.js';
import { ledgerHolder } from '../ledger/open.js';
import type { BatchRecord } from '../ledger/schema.js';
import type { Worker } from '../ledger/team-store.js';
import { type Counts, countBatch, countRows } from '../output/counts.js';
import { PUBLIC_STATUSES, publicStatus } from '../output/public-status.js';

/** Names of batches stand in a column of their own, unless they are longer. */
const WIDEST_NAME = 24;
/** Open rows listed at most; the counts are whole. */
const SHOWN = 20;

/** The ledger's batches, or one batch's counts and open rows. Reads only: it may run beside a run. */
export async function status(call: Call<'ledger' | 'sandbox'>): Promise<Ending> {
  const ledger = await openExisting(call);
  if (call.subject !== '') {
    const batch = await existingBatch(ledger, call.subject);
    const holder = await ledgerHolder(ledgerLocation(call), batch.id, call.clock);
    return await ofOne(ledger, batch, holder, await workersOf(ledger, batch.id));
  }
  const batches = await Promise.all((await ledger.read.batches()).map((batch) => counted(ledger, batch)));
  const widest = Math.max(...batches.map(({ batch }) => batch.length));
  const workers = await workersOf(ledger, undefined);
  const lines = [...batches.map((batch) => sayBatch(batch, widest)), ...workers.map(sayWorker)];
  return {
    exitCode: 0,
    json: { ledger: ledger.name, batches, ...jsonOfWorkers(workers) },
    text: lines.length === 0 ? `The ledger ${ledger.name} has no batches yet.` : lines.join('\n'),
  };
}

type Counted = Awaited<ReturnType<typeof counted>>;

async function counted(ledger: Ledger, batch: BatchRecord) {
  const run = { batch: batch.id, runNo: batch.run_no };
  return {
    batch: batch.id,
    job: batch.job,
    file: batch.file,
    lastRun: new Date(batch.updated_at).toISOString(),
    counts: await countBatch(ledger, run),
    /** Of these, the rows of the last file. */
    lastFile: await countRows(ledger, run),
  };
}

async function ofOne(
  ledger: Ledger,
  batch: BatchRecord,
  running: Holder | 'unknown' | undefined,
  workers: readonly Worker[],
): Promise<Ending> {
  const summary = await counted(ledger, batch);
  const open = await openRows(ledger, batch, running !== undefined || workers.length > 0);
  const openCount = await ledger.read.countInStatus(batch.id, OPEN);
  const lines = [sayBatch(summary), `  file ${summary.file}`];
  if (summary.lastFile.total < summary.counts.total) {
    lines.push(
      `  of these, ${sayCounts(summary.lastFile)} in the last file; the others were in earlier files`,
    );
  }
  if (running !== undefined) {
    lines.push(
      `  a run is going on: ${running === 'unknown' ? 'another program uses the ledger' : sayHolder(running)}`,
    );
  }
  for (const worker of workers) lines.push(`  ${sayWorker(worker)}`);
  for (const row of open.slice(0, SHOWN)) {
    const why = row.errorCode === null ? (row.orderNo ?? '') : `${row.errorCode}: ${row.errorMessage ?? ''}`;
    lines.push(`  ${row.status.padEnd(9)} ${row.sn.padEnd(14)} line ${row.line}  ${why}`.trimEnd());
  }
  const more = openCount - Math.min(open.length, SHOWN);
  if (more > 0) lines.push(`  … and ${more} more: the results have them all`);
  return {
    exitCode: 0,
    json: { ...summary, ...jsonOfWorkers(workers), open, openCount },
    text: lines.join('\n'),
  };
}

/** Who works on a batch, or on any, if several processes may. */
const workersOf = async (ledger: Ledger, batch: BatchId | undefined): Promise<readonly Worker[]> =>
  ((await ledger.shared?.store.workers()) ?? []).filter((one) => batch === undefined || one.batch === batch);

const jsonOfWorkers = (workers: readonly Worker[]) =>
  workers.length === 0
    ? {}
    : {
        workers: workers.map(({ host, pid, batch, lanes, coordinates, startedAt, seenAt }) => ({
          host,
          pid,
          batch: batch ?? null,
          lanes,
          coordinates,
          since: new Date(startedAt).toISOString(),
          seen: new Date(seenAt).toISOString(),
        })),
      };

function sayWorker({ host, pid, batch, lanes, coordinates, startedAt }: Worker): string {
  const does =
    batch === undefined
      ? 'waits for a run'
      : `${lanes} at a time of the batch ${batch}${coordinates ? ', and looks after the run' : ''}`;
  return `worker: process ${pid} on ${host}, ${does}, since ${sayMoment(startedAt)}`;
}

/** Statuses of rows that are not done, those that need somebody first. */
const OPEN = ['in_doubt', 'sending', 'pending', 'failed'] as const;

/** Open rows, of each status the first five hundred. */
async function openRows(ledger: Ledger, batch: BatchRecord, running: boolean) {
  const open = [];
  for (const kind of OPEN) {
    for (const row of await ledger.read.inStatus(batch.id, kind, '')) {
      open.push({
        sn: row.serial_number,
        line: row.line,
        // What is under way is in doubt only if nobody waits for its answer.
        status: row.status === 'sending' && running ? 'in flight' : publicStatus(row.status),
        orderNo: row.order_no,
        errorCode: row.error_code,
        errorMessage: row.error_message,
      });
    }
  }
  return open;
}

const sayBatch = ({ batch, counts, lastRun }: Counted, width = 0): string =>
  `${batch.padEnd(Math.min(width, WIDEST_NAME))}  ${sayCounts(counts)}, last run ${sayMoment(Date.parse(lastRun))}`;

const sayCounts = (counts: Counts): string =>
  [
    `${counts.total} ${counts.total === 1 ? 'row' : 'rows'}`,
    ...PUBLIC_STATUSES.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`),
  ].join(', ');
