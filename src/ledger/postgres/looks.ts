import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../common/clock.js';
import { EXIT, Problem } from '../../common/errors.js';
import type { LedgerTables } from '../schema.js';
import type { Looks } from '../sql/mirror-store.js';
import { NOW_MS } from './time.js';

/** A process that looks has the turn for so long, ms, and says so often that it still looks. */
const LEASE_MS = 5_000;
const RENEW_MS = 1_000;
/** How often one that waits for its turn asks, ms. */
const POLL_MS = 250;

/** The lease is of real time, whatever the ledger's own time is. */
const NOW = sql.raw<number>(NOW_MS);
const LEASED_UNTIL = sql`${NOW} + ${sql.lit(LEASE_MS)}`;
const IS_LEASED = sql`leased_until >= ${NOW}`;

/**
 * Counts the looks of all processes that share the ledger: one after the other, so that what a look shows for the first
 * time was not there when the one before it ended. Their times are the database's. A process that is frozen or cut off in
 * its look is waited for until its lease is over; then another one looks, and the late one may write nothing any more.
 */
export function createLooks(
  db: Kysely<LedgerTables>,
  clock: Pick<Clock, 'now' | 'sleep'>,
  moment: RawBuilder<number>,
): Looks {
  const renewals = new Map<number, NodeJS.Timeout>();

  /** @returns undefined if somebody else looks, or began at the same moment */
  const tryToBegin = async (): Promise<number | undefined> => {
    const { rows } = await sql<{ no: number }>`
      with last as (select no, ended_at, leased_until from look order by no desc limit 1)
      insert into look (no, began_at, whole, leased_until)
      select coalesce((select no from last), 0) + 1, ${moment}, 0, ${LEASED_UNTIL}
      where not exists (select 1 from last where ended_at is null and ${IS_LEASED})
      on conflict (no) do nothing returning no`.execute(db);
    return rows[0]?.no;
  };

  const renew = async (no: number): Promise<void> => {
    await sql`update look set leased_until = ${LEASED_UNTIL} where no = ${no} and ended_at is null`.execute(
      db,
    );
  };

  return {
    begin: async () => {
      for (;;) {
        const no = await tryToBegin();
        if (no !== undefined) {
          // One that fails is not missed: the next one comes soon enough, or the turn is over.
          const timer = setInterval(() => void renew(no).catch(() => undefined), RENEW_MS);
          renewals.set(no, timer.unref());
          return no;
        }
        await clock.sleep(POLL_MS);
      }
    },

    /** What a look has read was there before this: if none has begun since, none can have missed what it writes. */
    assertOpen: async (trx, look) => {
      const { last } = await trx
        .selectFrom('look')
        .select((eb) => eb.fn.max('no').as('last'))
        .executeTakeFirstOrThrow();
      if (last === look) return;
      throw new Problem(
        'look_overtaken',
        'Another process has looked at the orders of the portal meanwhile.',
        {
          remedy: 'Run the same command again: it first looks for the orders that were sent.',
          exitStatus: EXIT.stoppedEarly,
        },
      );
    },

    end: async (no, whole, portalAt) => {
      clearInterval(renewals.get(no));
      renewals.delete(no);
      const { began_at } = await db
        .updateTable('look')
        .set({ whole: whole ? 1 : 0, ended_at: moment, wall_at: clock.now(), portal_at: portalAt ?? null })
        .where('no', '=', no)
        .returning('began_at')
        .executeTakeFirstOrThrow();
      return { no, beganAt: began_at, whole };
    },
  };
}
