import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../../common/clock.js';
import type { LedgerTime } from '../ledger-time.js';
import type { Intent, IntentResult, Move, MoveResult, Result } from '../moves.js';
import type { LedgerTables } from '../schema.js';
import type { FileWatch } from './file-watch.js';
import { type MoveStatements, moveStatements } from './move-statements.js';
import { createSaturation } from './saturation.js';
import { ledgerProblem } from './sqlite-errors.js';

export interface Journal {
  /**
   * Makes a move; resolves when it is on the disk. Moves that are ready at the same moment share one commit;
   * a lone one is not delayed for company. Rejects with a `Problem` when the ledger cannot be written. What came of a
   * send is written in any case; the intent of a new one only if the ledger is still where others can see it.
   */
  readonly record: (move: Result) => Promise<MoveResult>;
  /** Writes an intent in the same way. No other batch can order meanwhile: the file is this process's alone. */
  readonly intend: (intent: Intent) => Promise<Extract<IntentResult, { kind: 'intended' }>>;
}

/** How a move went: `taken`, or the number of the row's last intent if that was asked for. */
type Made = 'taken' | { readonly claimNo: number };

interface Waiting {
  readonly move: Move;
  readonly resolve: (made: Made) => void;
  readonly reject: (error: unknown) => void;
}

/** What the journal has to know of the moment at which it writes. */
interface Moments {
  readonly time: LedgerTime;
  readonly clock: Pick<Clock, 'now'>;
  readonly lastLook: () => number;
}

/** Turns of the event loop, none of which waits, that a commit gathers moves over while there is no rest. */
const MOST_TURNS = 16;

export function createJournal(
  db: Kysely<LedgerTables>,
  path: string,
  files: FileWatch,
  { time, clock, lastLook }: Moments,
): Journal {
  const statements = moveStatements(db);
  const isSaturated = createSaturation();
  let waiting: Waiting[] = [];
  let scheduled = false;

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await commit(group);
    }
    scheduled = false;
  };

  /**
   * Where this program is what holds things up, answers that have arrived are read first, and their outcomes
   * join this commit. Where it is not, that would only make the senders march in step and wait together.
   */
  const gather = (seen: number, turn: number): void => {
    if (waiting.length > seen && turn < MOST_TURNS && isSaturated())
      setImmediate(gather, waiting.length, turn + 1);
    else void flush();
  };

  /** Takes the intents out of a group if the ledger is not this run's alone any more. */
  const withoutIntents = (group: readonly Waiting[]): readonly Waiting[] => {
    const problem = group.some(({ move }) => move.move === 'intend') ? files.notOurs() : undefined;
    if (problem === undefined) return group;
    for (const { move, reject } of group) if (move.move === 'intend') reject(problem);
    return group.filter(({ move }) => move.move !== 'intend');
  };

  const commit = async (all: readonly Waiting[]): Promise<void> => {
    const settled: (() => void)[] = [];
    const group = withoutIntents(all);
    if (group.length === 0) return;
    try {
      await db.transaction().execute(async (trx) => {
        // A process that is killed leaves behind what time it was.
        await trx.executeQuery(statements.tick(time.now()));
        for (const { move, resolve, reject } of group) {
          const moment = { at: time.now(), wall: clock.now(), lastLook: lastLook() };
          const result = await apply(trx, statements, move, moment);
          // A second run that found no lock may have moved the row.
          if (result instanceof Error) settled.push(() => reject(files.notOurs() ?? result));
          else settled.push(() => resolve(result));
        }
      });
    } catch (error) {
      const problem = ledgerProblem(error, path) ?? error;
      for (const { reject } of group) reject(problem);
      return;
    }
    for (const settle of settled) settle();
  };

  const enqueue = (move: Move): Promise<Made> =>
    new Promise((resolve, reject) => {
      waiting.push({ move, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      setImmediate(gather, 0, 1);
    });

  return {
    record: async (move) => ((await enqueue(move)) === 'taken' ? 'taken' : 'done'),
    intend: async (intent) => {
      const made = await enqueue(intent);
      if (made === 'taken') throw new Error('ledger: an intent has no order that could be taken');
      return { kind: 'intended', claimNo: made.claimNo };
    },
  };
}

async function apply(
  trx: Transaction<LedgerTables>,
  statements: MoveStatements,
  move: Move,
  { at, wall, lastLook }: { readonly at: number; readonly wall: number; readonly lastLook: number },
): Promise<Made | Error> {
  const credited = 'order' in move ? await credit(trx, statements, move, at) : 'known';
  if (credited === 'taken') return 'taken';
  const ending = statements.send(move, wall);
  if (ending !== undefined) await trx.executeQuery(ending);
  const { numAffectedRows, rows } = await trx.executeQuery(statements.update(move, at, lastLook));
  const [intended] = rows as { claim_no: number }[];
  if (intended !== undefined) return { claimNo: intended.claim_no };
  if (numAffectedRows === 1n) return { claimNo: 0 };
  // What the row did not take is credited to nobody.
  if (credited === 'new' && 'order' in move) {
    await trx.deleteFrom('credit').where('order_no', '=', move.order.orderNo).execute();
  }
  return new Error(
    `ledger: the move "${move.move}" of ${move.batch}/${move.snKey} is not legal where the row stands`,
  );
}

async function credit(
  trx: Transaction<LedgerTables>,
  statements: MoveStatements,
  move: Extract<Move, { order: unknown }>,
  at: number,
): Promise<'new' | 'known' | 'taken'> {
  const { numAffectedRows } = await trx.executeQuery(statements.credit(move, at));
  if (numAffectedRows === 1n) return 'new';
  const owner = await trx
    .selectFrom('credit')
    .select(['batch', 'sn_key'])
    .where('order_no', '=', move.order.orderNo)
    .executeTakeFirst();
  return owner?.batch === move.batch && owner.sn_key === move.snKey ? 'known' : 'taken';
}
