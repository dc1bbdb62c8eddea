import { createHash } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { BatchId } from '../common/ids.js';
import type { Jobs } from '../ledger/ledger.js';
import type { RunKey } from '../ledger/schema.js';

/** The same work for whoever is free, and for another process if one dies. */
export interface Boss {
  /** Makes the queues of a batch, if they are not there. */
  readonly prepare: (batch: BatchId) => Promise<void>;
  /** Takes back what was offered for an earlier run of the batch: whoever holds it lets go of it. */
  readonly clear: (batch: BatchId) => Promise<void>;
  /** Offers a run's coordination, and as many lanes; what is offered or held already stays one. */
  readonly offer: (run: RunKey, what: 'coordinator' | 'lane', count: number) => Promise<void>;
  /**
   * Takes one of what is offered, again and again, until `end` is called.
   * @param hold does it until the signal is aborted: then it is given to somebody else, or is over
   * @returns `end`, which lets go of it: resolves when it is let go of
   */
  readonly take: (
    batch: BatchId,
    what: 'coordinator' | 'lane',
    hold: (run: RunKey, signal: AbortSignal) => Promise<void>,
  ) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

/** The least that pg-boss takes: a dead process is noticed within so long, s. */
const HEARTBEAT_S = 10;
const REFRESH_S = 3;
const POLL_S = 0.5;
/** The longest that pg-boss takes, s. */
const LONGEST_S = 86_000;

/**
 * Hands out lanes and the coordination of runs with pg-boss, which keeps its tables beside the ledger's. It never hands
 * out rows: each of its queues may give the same job twice, and an order must not be.
 */
export async function startBoss(jobs: Jobs, onError: (error: unknown) => void): Promise<Boss> {
  const boss = new PgBoss({
    db: jobs,
    schema: jobs.schema,
    createSchema: false,
    schedule: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', onError);
  await boss.start();

  return {
    prepare: async (batch) => {
      for (const what of ['coordinator', 'lane'] as const) {
        await boss.createQueue(queueOf(batch, what), {
          policy: 'exclusive',
          heartbeatSeconds: HEARTBEAT_S,
          expireInSeconds: LONGEST_S,
          retryLimit: 10_000,
          retryDelay: 0,
          retryBackoff: false,
          deleteAfterSeconds: 3_600,
        });
      }
    },
    clear: async (batch) => {
      for (const what of ['coordinator', 'lane'] as const) await boss.deleteAllJobs(queueOf(batch, what));
    },
    offer: async ({ batch, runNo }, what, count) => {
      const jobs = Array.from({ length: count }, (_, i) => ({
        data: { batch, runNo },
        singletonKey: `${what}/${i}`,
      }));
      await boss.insert(queueOf(batch, what), jobs);
    },
    take: async (batch, what, hold) => {
      const ended = new AbortController();
      const queue = queueOf(batch, what);
      const options = { pollingIntervalSeconds: POLL_S, heartbeatRefreshSeconds: REFRESH_S };
      const id = await boss.work<RunKey>(queue, options, async ([job]) => {
        if (job === undefined) return;
        await hold(job.data, AbortSignal.any([job.signal, ended.signal]));
      });
      return async () => {
        ended.abort();
        await boss.offWork(queue, { id, wait: true });
      };
    },
    close: () => boss.stop({ graceful: true, timeout: 5_000, close: false }),
  };
}

/** Names of batches may have signs that a queue's name must not have. */
const queueOf = (batch: BatchId, what: string): string =>
  `${what}-${createHash('sha256').update(batch).digest('hex').slice(0, 24)}`;
