import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { connect } from '../batch/connect.js';
import { ledgerLocation } from '../batch/existing-ledger.js';
import { exitStatusOfLook } from '../batch/exit-status.js';
import { logOf } from '../batch/log-of.js';
import type { Call, Ending } from '../cli/call.js';
import { EXIT, Problem } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import { isSameAccount, type PortalAccount } from '../common/portal-account.js';
import { createReleasers, type Releasers } from '../common/releasers.js';
import { jobOfBatch } from '../job/load.js';
import type { Ledger } from '../ledger/ledger.js';
import { joinLedger } from '../ledger/open.js';
import type { Work } from '../ledger/team-store.js';
import { createProgress } from '../output/progress.js';
import { type Participant, participate, type WorkerContext } from '../workers/participate.js';
import { startTogether } from '../workers/start-together.js';
import { readSettings } from '../workers/work-settings.js';

type WorkOption =
  | 'ledger'
  | 'sandbox'
  | 'envFile'
  | 'quiet'
  | 'json'
  | 'timeout'
  | 'giveUpAfter'
  | 'logFile'
  | 'logLevel'
  | 'fault'
  | 'portal';

type WorkCall = Call<WorkOption>;

/** How often the ledger is asked for runs to take part in, ms. */
const LOOK_EVERY_MS = 500;
/** Before a database that went away is tried again, ms. */
const AGAIN_MS = 2_000;

/** What this worker has had an answer from, and how many runs it was offered. */
interface Met {
  ledger: boolean;
  portal: boolean;
  runs: number;
}

/** A worker: sends rows of whatever runs are open in a shared ledger, until it is stopped. */
export async function work(call: WorkCall): Promise<Ending> {
  const { io, clock, stop } = call;
  call.onSending(() => undefined);
  const { name } = ledgerLocation(call);
  const logger = logOf(call);
  const met: Met = { ledger: false, portal: false, runs: 0 };
  while (!stop.signal.aborted) {
    const problem = await workUntilCutOff(call, logger, met);
    if (problem === undefined) break;
    io.say(`Warning: ${problem.message} This worker tries again.`);
    await clock.sleep(AGAIN_MS, stop.signal);
  }
  const reason = stop.reason();
  if (reason?.kind === 'problem') throw reason.problem;
  return { exitCode: exitStatusOfLook(reason, EXIT.stoppedEarly), json: { ledger: name, runs: met.runs } };
}

/** A database or a portal that has answered once may come back; what is wrong from the start is for a person. */
const mayPass = ({ code, exitStatus }: Problem, met: Met): boolean =>
  code.startsWith('ledger_')
    ? met.ledger
    : met.portal && exitStatus === EXIT.stoppedEarly && code !== 'access_refused';

/** @returns why the database cannot be used any more; undefined: the worker was stopped */
async function workUntilCutOff(call: WorkCall, log: Logger, met: Met): Promise<Problem | undefined> {
  const releasers = createReleasers();
  try {
    const ledger = await joinLedger(ledgerLocation(call), {
      clock: call.clock,
      warn: (message) => call.io.say(`Warning: ${message}`),
    });
    if (ledger?.shared === undefined) throw needsServer();
    releasers.add(ledger.close);
    met.ledger = true;
    await takePart(call, ledger, ledger.shared, log, releasers, met);
    return ledger.lost();
  } catch (error) {
    if (!(error instanceof Problem) || !mayPass(error, met)) throw error;
    return error;
  } finally {
    await releasers.run();
  }
}

/** Takes part in whatever runs, until the worker is stopped or cut off from the database. */
async function takePart(
  call: WorkCall,
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
    sandbox: options.sandbox,
    faults: options.fault,
    portal: options.portal,
    simulatedOrders: ledgerLocation(call).simulatedOrders,
    shared,
    clock,
    ownClock: call.clock,
    timeoutMs: options.timeout,
    rate: undefined,
    giveUpAfterMs: options.giveUpAfter,
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
          io.say(
            `Warning: This worker takes no part in the batch ${run.batch}. ${error.message} ${error.remedy ?? ''}`.trim(),
          );
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
  note(`Takes part in the batch ${run.batch}, run ${run.runNo}.`);
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

const needsServer = (): Problem =>
  new Problem('wrong_option', 'A worker needs a ledger that several machines share.', {
    remedy: 'Name it with --ledger postgres://… or in BATCH_LEDGER.',
  });
