import type { Clock } from '../common/clock.js';
import { Problem } from '../common/errors.js';
import { createStop } from '../common/stop.js';
import { createLooker } from '../evidence/looker.js';
import { PROCESS_ENDED } from '../evidence/recover-lost.js';
import { eachRow } from '../ledger/each-row.js';
import type { Ledger } from '../ledger/ledger.js';
import type { RunKey } from '../ledger/schema.js';
import type { TeamStore } from '../ledger/team-store.js';
import type { RunContext } from '../runner/context.js';
import { runBatch } from '../runner/run-batch.js';
import type { News, Team } from '../runner/team.js';
import { afterCoordinating, ELSEWHERE } from './decide.js';
import { createSharedQueue } from './shared-queue.js';
import { writeStop } from './stop-reason.js';
import type { WorkSettings } from './work-settings.js';

/** How often the coordinator looks at what the others do, ms. */
const FOLLOW_MS = 250;
/** What takes the database some time is asked for so much more seldom, but not less often than this, ms. */
const SELDOM = 10;
const FOLLOW_AT_LEAST_MS = 3_000;

export type WorkContext = Omit<RunContext, 'team' | 'looker' | 'stop' | 'settings' | 'runNo' | 'batch'>;

/**
 * Looks after a run that several workers send: its canaries, its lost answers, its pending orders, and the rules that
 * stop it. If two processes do it at once, no harm comes of it: each move is guarded in the ledger.
 * @param signal aborted when somebody else coordinates by now, or this process ends
 */
export async function coordinate(
  context: WorkContext & { readonly ledger: Ledger; readonly store: TeamStore },
  run: RunKey,
  settings: WorkSettings,
  owner: string,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = context;
  const stop = createStop();
  const leave = (): void => stop.request({ kind: 'problem', problem: elsewhere() });
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  const work = await store.work(run.batch);
  if (work === undefined || work.runNo !== run.runNo || stop.signal.aborted) return;
  const canary = work.state === 'canary' ? settings.send.canary : 0;
  // The canaries alone are sent here: the lanes send the others.
  const send = { ...settings.send, canary, limit: undefined };
  const looker = createLooker({ ...context, concurrency: settings.send.concurrency, stop });
  if (settings.guardedUpTo !== undefined) looker.guarded(settings.guardedUpTo);
  const gate = context.gate.until(stop.signal);
  const team = coordinatedTeam(store, context.ledger, run, owner, clock, stop.signal);
  try {
    await runBatch({ ...context, ...run, settings: send, gate, looker, stop, team });
  } catch (error) {
    // What still watches for lost answers must not go on behind whoever coordinates next.
    leave();
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
  const reason = stop.reason();
  const then = afterCoordinating(reason);
  if (then === 'goes_on') return;
  await store.setState(run, ['canary', 'open'], then, reason && writeStop(reason));
}

const elsewhere = (): Problem => new Problem(ELSEWHERE, 'Another process looks after the run.');

function coordinatedTeam(
  store: TeamStore,
  ledger: Ledger,
  run: RunKey,
  owner: string,
  clock: Clock,
  signal: AbortSignal,
): Team {
  const queue = createSharedQueue(store, run, owner, ['canary'], clock, 1);
  return {
    queue,
    sendsAll: false,
    allMaySend: async () => {
      await queue.giveBack();
      await store.setState(run, ['canary'], 'open');
    },
    follow: async (news) => {
      const ended = new AbortController();
      const over = AbortSignal.any([ended.signal, signal]);
      /** The last send of each row that was reported. */
      const told = new Map<string, number>();
      const once = (): Promise<void> => tellOnce(store, ledger, run, owner, told, news);
      await once();
      void keepTelling(once, clock, over, news);
      return () => ended.abort();
    },
    othersAtWork: () => store.busy(run),
  };
}

/** It may have been the way to the database that took its time, and not the question. */
const followAfter = (tookMs: number): number =>
  Math.max(FOLLOW_MS, Math.min(tookMs * SELDOM, FOLLOW_AT_LEAST_MS));

async function keepTelling(
  once: () => Promise<void>,
  clock: Clock,
  over: AbortSignal,
  news: News,
): Promise<void> {
  try {
    for (let tookMs = 0; ; ) {
      await clock.sleep(followAfter(tookMs), over);
      if (over.aborted) return;
      const from = clock.monotonic();
      await once();
      tookMs = clock.monotonic() - from;
    }
  } catch (error) {
    news.failed(error);
  }
}

async function tellOnce(
  store: TeamStore,
  ledger: Ledger,
  run: RunKey,
  owner: string,
  told: Map<string, number>,
  news: News,
): Promise<void> {
  for (const row of await store.overdue(run.batch)) {
    const send = { batch: run.batch, snKey: row.sn_key, claimNo: row.claim_no };
    await ledger.record({ move: 'lose', ...send, reason: PROCESS_ENDED });
  }
  for await (const row of eachRow(ledger, run.batch, 'in_doubt')) {
    if (told.get(row.sn_key) === row.claim_no) continue;
    told.set(row.sn_key, row.claim_no);
    // What was sent here is watched already.
    if (row.owner !== owner) news.lost(row);
  }
  const sent = await store.standing(run);
  news.standing({ succeeded: sent.succeeded, pending: sent.pending, failed: sent.failed, in_doubt: 0 });
}
