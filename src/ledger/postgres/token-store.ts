import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { TokenLease } from '../../common/token-lease.js';
import type { LedgerTables } from '../schema.js';

/** Whoever asks the portal for a token has so long for it, ms; then another worker may try. */
const LEASE_MS = 15_000;

/** The token of all workers, sealed, in a row for each portal account. Each question is one statement. */
export function createTokenLease(
  db: Kysely<LedgerTables>,
  account: string,
  now: RawBuilder<number>,
): TokenLease {
  return {
    read: async () => {
      const { rows } = await sql<{ sealed: string | null; generation: number; free: boolean; now: number }>`
        select sealed, generation, coalesce(leased_until, 0) < ${now} as free, ${now} as now
        from access_token where account = ${account}`.execute(db);
      const [row] = rows;
      if (row === undefined) return { sealed: undefined, generation: 0, free: true };
      return { sealed: row.sealed ?? undefined, generation: row.generation, free: row.free };
    },
    lease: async (generation) => {
      const { numAffectedRows } = await sql`
        insert into access_token (account, generation, leased_until) values (${account}, 0, ${now} + ${LEASE_MS})
        on conflict (account) do update set leased_until = excluded.leased_until
        where access_token.generation = ${generation} and coalesce(access_token.leased_until, 0) < ${now}`.execute(
        db,
      );
      return numAffectedRows === 1n;
    },
    write: async (sealed) => {
      // Once, also if it is asked for again: no two tokens are sealed alike.
      await sql`update access_token set sealed = ${sealed}, generation = generation + 1, leased_until = null
        where account = ${account} and sealed is distinct from ${sealed}`.execute(db);
    },
    giveUp: async () => {
      await sql`update access_token set leased_until = null where account = ${account}`.execute(db);
    },
  };
}
