import type { Kysely } from 'kysely';
import type { Clock } from '../../common/clock.js';
import type { LedgerTime, TimeMark } from '../ledger-time.js';
import type { LedgerTables } from '../schema.js';
import type { Looks } from '../sql/mirror-store.js';

/**
 * Counts the looks of the only process that has the file.
 * @param lastLook the number of the last look that was begun
 */
export function createLooks(
  db: Kysely<LedgerTables>,
  time: LedgerTime,
  clock: Pick<Clock, 'now'>,
  lastLook: number,
): Looks & { /** The last look that is over; 0: none yet. */ readonly last: () => number } {
  let ended = lastLook;
  let begun = lastLook;
  return {
    last: () => ended,
    begin: async () => {
      begun++;
      const look = {
        no: begun,
        began_at: time.now(),
        whole: 0,
        ended_at: null,
        wall_at: null,
        portal_at: null,
      };
      await db.insertInto('look').values(look).execute();
      return look.no;
    },
    assertOpen: async () => undefined,
    end: async (no, whole, portalAt) => {
      const { began_at } = await db
        .updateTable('look')
        .set({
          whole: whole ? 1 : 0,
          ended_at: time.now(),
          wall_at: clock.now(),
          portal_at: portalAt ?? null,
        })
        .where('no', '=', no)
        .returning('began_at')
        .executeTakeFirstOrThrow();
      await db.updateTable('ledger').set({ time_at: time.now() }).where('id', '=', 1).execute();
      ended = Math.max(ended, no);
      return { no, beganAt: Number(began_at), whole };
    },
  };
}

/** The number of the last look that was begun, and the last moment at which all clocks were written down. */
export async function lastLookOf(
  db: Kysely<LedgerTables>,
): Promise<{ lastLook: number; mark: TimeMark | undefined }> {
  const last = await db.selectFrom('look').select('no').orderBy('no', 'desc').limit(1).executeTakeFirst();
  const marked = await db
    .selectFrom('look')
    .select(['ended_at', 'wall_at', 'portal_at'])
    .where('portal_at', 'is not', null)
    .orderBy('no', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { ended_at: at, wall_at: wall, portal_at: portal } = marked ?? {};
  return {
    lastLook: last?.no ?? 0,
    mark: at == null || wall == null || portal == null ? undefined : { at, wall, portal },
  };
}
