import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createBell } from '../common/bell.js';
import { Problem, problemOf } from '../common/errors.js';
import { createStop, type Stop, type StopReason, untilAborted } from '../common/stop.js';
import { stopAt } from '../common/stop-at.js';
import type { RunKey } from '../ledger/schema.js';
import type { Work } from '../ledger/team-store.js';
import type { RunContext, SendContext } from '../runner/context.js';
import { runLanes } from '../runner/run-lanes.js';
import type { Boss } from './boss.js';
import { coordinate, type WorkContext } from './coordinate.js';
import { afterTakingPart, isOver, LEAVING } from './decide.js';
import { createFollower } from './follower.js';
import { shareOf } from './share.js';
import { createSharedQueue } from './shared-queue.js';
import { writeStop } from './stop-reason.js';
import type { Together } from './together.js';
import { readSettings } from './work-settings.js';

/** How often a worker looks at what its run needs, ms. */
const LOOK_EVERY_MS = 250;
/** How often it says that it lives, and counts those who do, ms. */
const BEAT_MS = 1_000;
/** A worker that was not seen for so long takes no part any more, ms: its lanes are for the others. */
const ALIVE_MS = 12_000;

/** A process that sends rows of a run, and coordinates it if nobody else does. */
export interface Participant {
  /** Resolves when the run is over for this process, with the reason if it was this process that stopped it. */
  readonly over: Promise<StopReason | undefined>;
  /** Sends nothing more; resolves when all that is under way is written down. */
  readonly leave: () => Promise<void>;
}

export type WorkerContext = WorkContext & Together;

/** Takes part in a run until it is over, or until this process has to leave. */
export function participate(context: WorkerContext, work: Work): Participant {
  const { store, boss, clock } = context;
  const run: RunKey = { batch: work.batch, runNo: work.runNo };
  const settings = readSettings(work.settings);
  const id = randomUUID();
  const stop = createStop();
  const { until } = settings;
  const endUntil = until === undefined ? () => undefined : stopAt(until, { clock, stop }, () => undefined);
  const lanes = createLanes();
  let coordinates = false;

  const queue = createSharedQueue(store, run, id, ['open'], clock);
  const follower = createFollower(context.ledger, settings.guardedUpTo);
  const laneContext = laneContextOf(context, run, settings.send, stop, queue, follower);
  const sending = runLanes(laneContext, lanes).catch((error: unknown) => {
    stop.request({ kind: 'problem', problem: problemOf(error) });
    context.onDefect(error);
  });

  const holdLane = async (_: RunKey, signal: AbortSignal): Promise<void> => {
    lanes.add();
    await untilAborted(AbortSignal.any([signal, stop.signal]));
    lanes.remove();
  };
  const holdCoordinator = async (held: RunKey, signal: AbortSignal): Promise<void> => {
    if (held.runNo !== run.runNo) return;
    coordinates = true;
    try {
      await coordinate(context, run, settings, randomUUID(), AbortSignal.any([signal, stop.signal]));
    } catch (error) {
      context.onDefect(error);
      stop.request({ kind: 'problem', problem: problemOf(error) });
    } finally {
      coordinates = false;
    }
  };

  /** @returns how many workers take part in the run */
  const beat = async (): Promise<number> => {
    const { batch } = run;
    const doing = { batch, lanes: lanes.count(), coordinates };
    await store.beat({ id, host: hostname(), pid: process.pid, ...doing });
    const all = await store.workers();
    return all.filter((one) => one.batch === batch && ledgerNow(context) - one.seenAt < ALIVE_MS).length;
  };

  const watch = async (): Promise<void> => {
    let beatAt = Number.NEGATIVE_INFINITY;
    let share = 0;
    await boss.prepare(run.batch);
    await boss.offer(run, 'coordinator', 1);
    const takers = createTakers(boss, run, holdLane);
    const endCoordinator = await boss.take(run.batch, 'coordinator', holdCoordinator);
    try {
      while (!stop.signal.aborted) {
        const now = await store.work(run.batch);
        // It can be read again, but what was acknowledged before may be missing.
        const lost = context.ledger.lost();
        if (lost !== undefined) {
          stop.request({ kind: 'problem', problem: lost });
          break;
        }
        if (now === undefined || isOver(now, run)) break;
        if (clock.monotonic() - beatAt >= BEAT_MS || (now.state === 'open' && share === 0)) {
          beatAt = clock.monotonic();
          await follower.refresh();
          const alive = await beat();
          if (coordinates && now.state === 'open') await boss.offer(run, 'lane', settings.send.concurrency);
          await boss.offer(run, 'coordinator', 1);
          share = now.state === 'open' ? shareOf(settings.send.concurrency, alive) : 0;
          await takers.keep(share);
        }
        await clock.sleep(LOOK_EVERY_MS, stop.signal);
      }
    } catch (error) {
      // Before the reason that this process leaves: the first one is kept.
      stop.request({ kind: 'problem', problem: problemOf(error) });
      throw error;
    } finally {
      stop.request({ kind: 'problem', problem: leaving() });
      await Promise.all([endCoordinator(), takers.keep(0)]);
      await sending;
      await queue.giveBack();
      await store.leave(id);
    }
  };

  const over = watch()
    .catch((error: unknown) => {
      context.onDefect(error);
      stop.request({ kind: 'problem', problem: problemOf(error) });
    })
    .then(async () => {
      endUntil();
      await sending;
      const reason = stop.reason();
      const then = afterTakingPart(reason);
      if (reason === undefined || then === 'left') return undefined;
      if (then === 'cut_off') return reason;
      await store.setState(run, ['canary', 'open'], 'stopped', writeStop(reason)).catch(() => false);
      return reason;
    });

  return {
    over,
    leave: async () => {
      stop.request({ kind: 'problem', problem: leaving() });
      await over;
    },
  };
}

const ledgerNow = ({ ledger }: Pick<RunContext, 'ledger'>): number => ledger.time.now();

const leaving = (): Problem => new Problem(LEAVING, 'This process takes no part in the run any more.');

function laneContextOf(
  context: WorkerContext,
  run: RunKey,
  send: RunContext['settings'],
  stop: Stop,
  queue: ReturnType<typeof createSharedQueue>,
  follower: ReturnType<typeof createFollower>,
): SendContext {
  const team = {
    queue,
    sendsAll: true,
    allMaySend: async () => undefined,
    follow: async () => () => undefined,
    othersAtWork: async () => true,
  };
  const gate = context.gate.until(stop.signal);
  return { ...context, ...run, settings: send, gate, looker: follower, stop, team };
}

/** The lanes that this process holds. */
function createLanes() {
  const changed = createBell();
  let held = 0;
  const change = (by: number) => (): void => {
    held += by;
    changed.ring();
  };
  return { count: () => held, changed: changed.next, add: change(1), remove: change(-1) };
}

/** As many takers of lanes as this process's share has. */
function createTakers(boss: Boss, run: RunKey, hold: Parameters<Boss['take']>[2]) {
  const takers: (() => Promise<void>)[] = [];
  return {
    keep: async (count: number): Promise<void> => {
      while (takers.length < count) takers.push(await boss.take(run.batch, 'lane', hold));
      await Promise.all(takers.splice(count).map((end) => end()));
    },
  };
}
