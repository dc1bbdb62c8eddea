import type { Clock } from '../common/clock.js';
import type { RunKey } from '../ledger/schema.js';
import type { Standing, Work } from '../ledger/team-store.js';
import type { RunContext } from '../runner/context.js';
import type { RunEnd } from '../runner/run-batch.js';
import { participate, type WorkerContext } from './participate.js';
import { readStop, writeStop } from './stop-reason.js';
import type { Together } from './together.js';
import { type WorkSettings, writeSettings } from './work-settings.js';

/** How often the standing of all is told, ms. */
const TELL_MS = 250;
const TELL_COUNTS_MS = 1_000;
/** What takes the database some time is asked for so much more seldom. */
const SELDOM = 10;
/** Beyond the end of the last request: until its outcome is written, ms. */
const WRITTEN_MS = 5_000;

/**
 * Sends the rows of a run together with all who share the ledger: this process is a worker as the others are, and shows how
 * far all of them are. If the user stops it, all of them stop.
 */
export async function runTogether(
  context: RunContext,
  together: Together,
  known: Pick<WorkSettings, 'until' | 'account'>,
): Promise<RunEnd> {
  const { stop, clock, emit, settings, looker } = context;
  const { store } = together;
  const run: RunKey = { batch: context.batch, runNo: context.runNo };
  // The jobs of a run that was killed would stand in the way until they are taken for dead. Those of this run come later.
  await together.boss.prepare(run.batch);
  await together.boss.clear(run.batch);
  await store.begin(run, {
    settings: writeSettings({ ...known, send: settings, guardedUpTo: looker.guardedUpTo() }),
    limit: settings.limit,
    canary: settings.canary > 0,
  });
  const work = await store.work(run.batch);
  if (work === undefined) throw new Error('the run is gone from the ledger');
  const shared: WorkerContext = { ...context, ...together };
  const participant = participate(shared, work);
  let left = false;
  void participant.over.then((reason) => {
    left = true;
    if (reason !== undefined) stop.request(reason);
  });

  const tell = async (): Promise<Standing> => {
    const standing = await store.standing(run);
    const { succeeded, pending, failed, sending } = standing;
    emit({ type: 'standing', tally: { succeeded, pending, failed, in_doubt: 0 }, inFlight: sending });
    return standing;
  };
  let tellAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const from = clock.monotonic();
    if (from >= tellAt) {
      await tell();
      const now = clock.monotonic();
      tellAt = now + Math.max(TELL_COUNTS_MS, (now - from) * SELDOM);
    }
    const now: Work | undefined = await store.work(run.batch);
    if (now === undefined || now.runNo !== run.runNo || now.state === 'done') break;
    // Said to the whole run at once: an order that waits for its turn hears of nothing else.
    const lost = context.ledger.lost();
    if (lost !== undefined) stop.request({ kind: 'problem', problem: lost });
    if (now.state === 'stopped' || left || stop.signal.aborted) break;
    await clock.sleep(TELL_MS, stop.signal);
  }
  const last = await store.work(run.batch);
  if (last?.runNo === run.runNo && last.state === 'stopped' && last.stop !== undefined)
    stop.request(readStop(last.stop));
  const reason = stop.reason();
  if (reason !== undefined) await store.setState(run, ['canary', 'open'], 'stopped', writeStop(reason));
  await participant.leave();
  await untilWritten(store, run, settings.timeoutMs + WRITTEN_MS, clock);
  const sent = await tell();
  return {
    tally: {
      succeeded: sent.succeeded,
      pending: sent.pending,
      failed: sent.failed,
      in_doubt: sent.in_doubt,
    },
    sent: sent.succeeded + sent.pending,
  };
}

/** Requests of others are answered and written before anyone counts. */
async function untilWritten(
  store: Together['store'],
  run: RunKey,
  mostMs: number,
  clock: Clock,
): Promise<void> {
  const until = clock.monotonic() + mostMs;
  while (clock.monotonic() < until) {
    if (!(await store.sending(run))) return;
    await clock.sleep(200);
  }
}
