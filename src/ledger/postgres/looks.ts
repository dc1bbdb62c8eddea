import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../common/clock.js';
import { EXIT, Problem } from '../../common/errors.js';
import type { LedgerTables } from '../schema.js';
import type { Looks } from '../sql/mirror-store.js';
import type { Looking } from './batch-lock.js';

/**
 * Counts the looks of all processes that share the ledger: one after the other, so that what a look shows for the first
 * time was not there when the one before it ended. Their times are the database's.
 */
export const createLooks = (
  db: Kysely<LedgerTables>,
  lock: Pick<Looking, 'takeLook' | 'leaveLook'>,
  clock: Pick<Clock, 'now'>,
  moment: RawBuilder<number>,
): Looks => ({
  begin: async () => {
    await lock.takeLook();
    const { no } = await db
      .insertInto('look')
      .columns(['no', 'began_at', 'whole'])
      .expression((eb) =>
        eb
          .selectFrom('look')
          .select([
            sql<number>`coalesce(max(no), 0) + 1`.as('no'),
            moment.as('began_at'),
            sql<number>`0`.as('whole'),
          ]),
      )
      .returning('no')
      .executeTakeFirstOrThrow();
    return no;
  },

  /** A process that was cut off from the database for a while has lost its turn. */
  assertOpen: async (trx, look) => {
    const { last } = await trx
      .selectFrom('look')
      .select((eb) => eb.fn.max('no').as('last'))
      .executeTakeFirstOrThrow();
    if (last === look) return;
    throw new Problem('look_overtaken', 'Another process has looked at the orders of the portal meanwhile.', {
      remedy: 'Run the same command again: it first looks for the orders that were sent.',
      exitStatus: EXIT.stoppedEarly,
    });
  },

  end: async (no, whole, portalAt) => {
    const { began_at } = await db
      .updateTable('look')
      .set({ whole: whole ? 1 : 0, ended_at: moment, wall_at: clock.now(), portal_at: portalAt ?? null })
      .where('no', '=', no)
      .returning('began_at')
      .executeTakeFirstOrThrow();
    await lock.leaveLook();
    return { no, beganAt: began_at, whole };
  },
});
