import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../common/clock.js';
import type { Problem } from '../../common/errors.js';
import type { Intent, IntentResult, MoveResult, Result } from '../moves.js';
import type { LedgerTables, OrderRow } from '../schema.js';
import type { Looking } from './batch-lock.js';
import { isOutOfReach, mayRepeat, postgresProblem, wasUndone } from './errors.js';
import { moveStatements } from './move-statements.js';
import { PATIENCE_MS, type Patience } from './patience.js';

export interface Journal {
  /** An error means that the order must not leave: the intent may be written, and is settled as a lost answer then. */
  readonly intend: (intent: Intent) => Promise<IntentResult>;
  /** Tried again for a while if the database does not answer: what came of a send is worth waiting for. */
  readonly record: (move: Result) => Promise<MoveResult>;
}

export interface JournalOptions {
  readonly name: string;
  readonly moment: RawBuilder<number>;
  /** What makes the batch this process's; absent: nothing is sent. */
  readonly lock: Pick<Looking, 'batch' | 'backend' | 'locked'> | undefined;
  /** Why no order may leave any more; `undefined`: they may. */
  readonly lost: () => Problem | undefined;
  readonly clock: Clock;
  readonly patience: Patience;
}

const AGAIN_MS = 500;
const MOST_TRIES = 5;

export function createJournal(db: Kysely<LedgerTables>, options: JournalOptions): Journal {
  const { name, moment, lock, lost, clock, patience } = options;
  const statements = moveStatements(db, moment);

  /** A statement that the server has undone, because it stood in another one's way, is made again. */
  const written = async (intent: Intent, own: NonNullable<typeof lock>) => {
    for (let tries = 1; ; tries++) {
      try {
        return await db.executeQuery(statements.intend(intent, { ...own, backend: own.backend() }));
      } catch (error) {
        if (!wasUndone(error) || tries >= MOST_TRIES) throw error;
      }
    }
  };

  const intend = async (intent: Intent): Promise<IntentResult> => {
    if (lock === undefined) throw new Error('ledger: opened without a lock');
    await lock.locked();
    const before = lost();
    if (before !== undefined) throw before;
    const result = await written(intent, lock).catch(async (error: unknown) => {
      if (intent.owner !== undefined && lost() === undefined && isOutOfReach(error)) {
        await takeBack(intent);
        return undefined;
      }
      throw lost() ?? postgresProblem(error, name, 'running') ?? error;
    });
    if (result === undefined) return { kind: 'not_ours' };
    const { rows } = result;
    const after = lost();
    if (after !== undefined) throw after;
    const [made] = rows;
    if (made?.claim_no != null) return { kind: 'intended', claimNo: made.claim_no };
    if (made?.ours === false && intent.owner === undefined)
      throw postgresProblem(new Error('Connection terminated'), name, 'running');
    if (made?.other_batch != null && made.other_status !== null) {
      const { other_batch: batch, other_status: status, other_operation: operation } = made;
      return { kind: 'ordered_elsewhere', batch, status, operation: operation ?? '' };
    }
    if (intent.owner !== undefined) return { kind: 'not_ours' };
    throw illegal(intent);
  };

  /**
   * Whether an intent is written is not known, so its order does not leave. If it is there when the database answers
   * again, it is withdrawn; if it comes after that, it is settled as a lost answer. The time of the send tells it from a
   * later one of the same row, which may be under way.
   */
  const takeBack = async ({ batch, snKey, owner, submittedAt }: Intent): Promise<void> => {
    const read = async (): Promise<Pick<OrderRow, 'claim_no'> | undefined> =>
      await db
        .selectFrom('order_row')
        .select('claim_no')
        .where('batch', '=', batch)
        .where('sn_key', '=', snKey)
        .where('status', '=', 'sending')
        .where('owner', '=', owner ?? '')
        .where('submitted_at', '=', submittedAt)
        .executeTakeFirst();
    const row = await patience(read).catch((error: unknown) => {
      throw lost() ?? postgresProblem(error, name, 'running') ?? error;
    });
    if (row !== undefined)
      await record({ move: 'withdraw', batch, snKey, claimNo: row.claim_no, counts: false });
  };

  const record = async (move: Result): Promise<MoveResult> => {
    const giveUpAt = clock.monotonic() + PATIENCE_MS;
    for (let again = false; ; again = true) {
      try {
        const { rows } = await db.executeQuery(statements.record(move, clock.now()));
        const [made] = rows;
        if (made?.claim_no != null) return 'done';
        // The answer to the first try may have been lost, and not the move.
        if (again && (await isMade(move))) return 'done';
        if (made?.taken === true) return 'taken';
        // Whoever works on the batch beside this process, or has taken it over, may have moved the row.
        if (await isShared(move)) return 'late';
        throw lost() ?? illegal(move);
      } catch (error) {
        if (!mayRepeat(error) || clock.monotonic() >= giveUpAt)
          throw postgresProblem(error, name, 'running') ?? error;
        await clock.sleep(AGAIN_MS);
      }
    }
  };

  /** Whether the batch was ever sent by several processes: then another one may have moved the row meanwhile. */
  const isShared = async ({ batch }: Result): Promise<boolean> => {
    const found = await db
      .selectFrom('batch')
      .select(sql<boolean>`server_start is not null`.as('shared'))
      .where('id', '=', batch)
      .executeTakeFirst();
    return found?.shared === true;
  };

  /** Whether the row stands as the move wants it to. */
  const isMade = async (move: Result): Promise<boolean> => {
    const row = await db
      .selectFrom('order_row')
      .select(['status', 'order_no', 'error_code', 'claim_no'])
      .where('batch', '=', move.batch)
      .where('sn_key', '=', move.snKey)
      .executeTakeFirst();
    if (row === undefined) return false;
    if ('claimNo' in move && move.claimNo !== undefined && move.claimNo !== row.claim_no) return false;
    if ('fate' in move) return row.status === move.fate && row.order_no === move.order.orderNo;
    const to = {
      refuse: 'failed',
      withdraw: 'not_sent',
      lose: 'in_doubt',
      release: 'not_sent',
      bury: 'failed',
      overturn: 'failed',
    };
    if (row.status !== to[move.move]) return false;
    if ('order' in move) return row.order_no === move.order.orderNo;
    return move.move === 'release' || row.error_code === (move.reason?.code ?? null);
  };

  return { intend, record };
}

const illegal = (move: Intent | Result): Error =>
  new Error(
    `ledger: the move "${move.move}" of ${move.batch}/${move.snKey} is not legal where the row stands`,
  );
