import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Call } from '../cli/call.js';
import { Problem, sayProblem } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import { isSameAccount, type PortalAccount } from '../common/portal-account.js';
import type { Releasers } from '../common/releasers.js';
import { jobOfBatch } from '../job/load.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Work } from '../ledger/team-store.js';
import { createProgress } from '../output/progress.js';
import { type Participant, participate, type WorkerContext } from '../workers/participate.js';
import { startTogether } from '../workers/start-together.js';
import { readSettings } from '../workers/work-settings.js';
import { connect } from './connect.js';
import { ledgerLocation } from './existing-ledger.js';

/** How often the ledger is asked for runs to take part in, ms. */
const LOOK_EVERY_MS = 500;

/** What this worker has had an answer from, and how many runs it was offered. */
export interface Met {
  ledger: boolean;
  portal: boolean;
  runs: number;
}

/** Takes part in whatever runs, until the worker is stopped or cut off from the database. */
export async function takePart(
  call: Call<'ledger' | 'sandbox' | 'timeout' | 'giveUpAfter' | 'fault' | 'portal'>,
  ledger: Ledger,
  shared: NonNullable<Ledger['shared']>,
  log: Logger,
  releasers: Releasers,
  met: Met,
): Promise<void> {
  const { options, io, stop } = call;
  const { clock } = ledger;
  const progress = createProgress({ io, clock, logger: log, batch: '' });
  const together = await startTogether(
    shared,
    (error) => log.error({ event: 'worker', err: error }),
    releasers,
  );
  const connection = await connect({
    ...call,
    releasers,
    // A worker has no --rate of its own: the pace that all workers share keeps to that of the run.
    options: { ...options, rate: undefined },
    simulatedOrders: ledgerLocation(call).simulatedOrders,
    shared,
    clock,
    ownClock: call.clock,
    logger: log,
    emit: progress.emit,
  });
  await connection.portal.checkAccess();
  io.note(
    `A worker for the ledger ${ledger.name}. It takes part in whatever runs there. Stop it with Ctrl-C.`,
  );
  met.portal = true;
  const id = randomUUID();
  const taking = new Map<BatchId, Participant>();
  /** Runs, by their batch and number. */
  const unable = new Set<string>();
  const base = { ledger, ...connection, ...together, clock, emit: progress.emit };
  const { store } = together;
  try {
    while (!stop.signal.aborted && ledger.lost() === undefined) {
      if (taking.size === 0) await store.beat(idle(id));
      for (const run of await store.openWork()) {
        const name = `${run.runNo} of ${run.batch}`;
        if (taking.has(run.batch) || unable.has(name)) continue;
        met.runs++;
        try {
          assertOwnAccount(run, connection.account);
          taking.set(run.batch, await takePartIn(run, base, io.note, () => taking.delete(run.batch)));
        } catch (error) {
          // Such as a job of the user's own whose file is on another machine: the others send without this worker.
          if (!(error instanceof Problem)) throw error;
          unable.add(name);
          io.warn(`This worker takes no part in the batch ${run.batch}. ${sayProblem(error)}`);
        }
      }
      await clock.sleep(LOOK_EVERY_MS, stop.signal);
    }
  } finally {
    await Promise.all([...taking.values()].map((participant) => participant.leave()));
    await store.leave(id).catch(() => undefined);
  }
}

/** An order that a worker of another account places is paid by another one, and no look at the portal shows it. */
function assertOwnAccount({ settings }: Work, own: PortalAccount): void {
  const { account } = readSettings(settings);
  if (account === undefined || isSameAccount(account, own)) return;
  throw new Problem(
    'another_account',
    'Its orders are for another account of the portal, or for another portal.',
    {
      remedy: 'Give this worker the same YEASTAR_CLIENT_ID and YEASTAR_BASE_URL as the run.',
    },
  );
}

async function takePartIn(
  run: Work,
  base: Omit<WorkerContext, 'job'>,
  note: (text: string) => void,
  onOver: () => void,
): Promise<Participant> {
  const job = await jobOfBatch({ id: run.batch, job: run.job, job_file: run.jobFile ?? null });
  const participant = participate({ ...base, job }, run);
  note(`This worker takes part in the batch ${run.batch}, run ${run.runNo}.`);
  void participant.over.then((reason) => {
    onOver();
    const why = reason !== undefined && 'problem' in reason ? `: ${reason.problem.message}` : '.';
    note(`The batch ${run.batch} is over for this worker${why}`);
  });
  return participant;
}

const idle = (id: string) => ({
  id,
  host: hostname(),
  pid: process.pid,
  batch: undefined,
  lanes: 0,
  coordinates: false,
});
