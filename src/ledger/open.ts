import type { Clock } from '../common/clock.js';
import type { BatchId } from '../common/ids.js';
import type { Holder } from './holder.js';
import type { Ledger } from './ledger.js';
import type { LedgerLocation, SqliteLocation } from './location.js';
import type { PostgresLocation } from './postgres/location.js';
import type { WholeLedger } from './sql/copy.js';

/** How a ledger is taken for a batch. */
export interface Taking {
  readonly batch: BatchId;
  readonly clock: Clock;
  /** How long to wait for whoever holds it, ms. */
  readonly lockWait: number;
  /** Told what of the place is not as safe as it should be. */
  readonly warn: (message: string) => void;
  /** Only a ledger that is there: a command that looks must not leave an empty one behind. */
  readonly existing?: boolean;
}

/** How a ledger is joined. */
export type Joining = Pick<Taking, 'clock' | 'warn'>;

/** How a whole ledger is opened for a copy. */
export interface OpeningWhole {
  readonly clock: Clock;
  /** As the source, which is there; or as the target, which is made if it is not. */
  readonly as: 'source' | 'target';
}

/** What a database can do with its ledgers. */
export interface Backend<Location extends LedgerLocation> {
  /** Takes the ledger for one batch, and makes it if it is not there. A `Problem` with exit 5: somebody else holds it. */
  readonly take: (location: Location, taking: Taking) => Promise<Ledger>;
  /** Takes part in the batches of a ledger that others have begun; undefined: only one process at a time may. */
  readonly join: (location: Location, joining: Joining) => Promise<Ledger | undefined>;
  /** Opens a ledger that is there, to look at it beside whoever works with it. */
  readonly open: (location: Location, clock: Clock) => Promise<Ledger>;
  /** Opens all of it, for this process alone. A `Problem` with exit 5: somebody works with it. */
  readonly whole: (location: Location, opening: OpeningWhole) => Promise<WholeLedger>;
  /** Who works on a batch at this moment; `undefined`: nobody. */
  readonly holder: (
    location: Location,
    batch: BatchId,
    clock: Clock,
  ) => Promise<Holder | 'unknown' | undefined>;
}

/** Opens a whole ledger for a copy: nobody else may work with it meanwhile. */
export const openWhole = async (location: LedgerLocation, opening: OpeningWhole): Promise<WholeLedger> =>
  (await backendOf(location)).whole(location, opening);

/** Takes a ledger for a batch: no other process may work on that batch before it is closed. */
export const takeLedger = async (location: LedgerLocation, taking: Taking): Promise<Ledger> =>
  (await backendOf(location)).take(location, taking);

/** Takes part in the batches that others have begun. */
export const joinLedger = async (location: LedgerLocation, joining: Joining): Promise<Ledger | undefined> =>
  (await backendOf(location)).join(location, joining);

/** Opens a ledger to look at it. */
export const openLedger = async (location: LedgerLocation, clock: Clock): Promise<Ledger> =>
  (await backendOf(location)).open(location, clock);

/** Who works on a batch at this moment, without taking it. */
export const ledgerHolder = async (
  location: LedgerLocation,
  batch: BatchId,
  clock: Clock,
): Promise<Holder | 'unknown' | undefined> => (await backendOf(location)).holder(location, batch, clock);

/** The backend of just this location, loaded when it is used: nobody waits for a database that is not theirs. */
const backendOf = async <Location extends LedgerLocation>({
  backend,
}: Location): Promise<Backend<Location>> => (await BACKENDS[backend]()) as Backend<LedgerLocation>;

const BACKENDS = {
  sqlite: async (): Promise<Backend<SqliteLocation>> => (await import('./sqlite/backend.js')).sqliteBackend,
  postgres: async (): Promise<Backend<PostgresLocation>> =>
    (await import('./postgres/backend.js')).postgresBackend,
};
