import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../common/clock.js';
import type { LedgerTime } from '../ledger-time.js';

/** The database's clock in a statement, epoch ms. */
export const NOW_MS = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** The database's clock as it was last read, and the time since by ours. It is only for waiting: moves ask the database. */
export interface DatabaseTime extends LedgerTime {
  /** The ledger's own time in a statement, epoch ms. */
  readonly moment: RawBuilder<number>;
  readonly read: (now: number) => void;
  /** A clock for all who share the ledger: what one writes down is compared with what another one reads. */
  readonly clock: Clock;
}

export function createDatabaseTime(clock: Clock): DatabaseTime {
  let base: number | undefined;
  const now = (): number => (base === undefined ? clock.now() : Math.floor(base + clock.monotonic()));
  return {
    moment: sql.raw<number>(NOW_MS),
    now,
    read: (shown) => {
      base = shown - clock.monotonic();
    },
    // The portal's clock says nothing that the database's does not.
    confirm: () => undefined,
    clock: { ...clock, now },
  };
}
