import type { Clock } from '../../common/clock.js';
import type { LedgerTime } from '../ledger-time.js';
import type { Intent, IntentResult, Move, MoveResult, Result } from '../moves.js';
import { createCommit, type Made } from './commit.js';
import type { OpenFile } from './database.js';
import type { FileWatch } from './file-watch.js';
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

interface Waiting {
  readonly move: Move;
  readonly resolve: (made: Exclude<Made, 'illegal'>) => void;
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
  file: OpenFile,
  path: string,
  files: FileWatch,
  { time, clock, lastLook }: Moments,
): Journal {
  const commit = createCommit(file);
  const isSaturated = createSaturation();
  let waiting: Waiting[] = [];
  let scheduled = false;

  /**
   * Where this program is what holds things up, answers that have arrived are read first, and their outcomes
   * join this commit. Where it is not, that would only make the senders march in step and wait together.
   */
  const gather = (seen: number, turn: number): void => {
    const isGathering = waiting.length > seen && turn < MOST_TURNS && isSaturated();
    // A transaction of the query builder's that waits for something else has the connection.
    if (isGathering || file.sqlite.inTransaction) setImmediate(gather, waiting.length, turn + 1);
    else write();
  };

  /** Takes the intents out of a group if the ledger is not this run's alone any more. */
  const withoutIntents = (group: readonly Waiting[]): readonly Waiting[] => {
    const problem = group.some(({ move }) => move.move === 'intend') ? files.notOurs() : undefined;
    if (problem === undefined) return group;
    for (const { move, reject } of group) if (move.move === 'intend') reject(problem);
    return group.filter(({ move }) => move.move !== 'intend');
  };

  const write = (): void => {
    const group = withoutIntents(waiting);
    waiting = [];
    scheduled = false;
    if (group.length === 0) return;
    const moment = { at: time.now(), wall: clock.now(), lastLook: lastLook() };
    try {
      const made = commit({ moment, moves: group.map(({ move }) => move) });
      group.forEach(({ move, resolve, reject }, index) => {
        const one = made[index];
        // A second run that found no lock may have moved the row.
        if (one === undefined || one === 'illegal') reject(files.notOurs() ?? illegal(move));
        else resolve(one);
      });
    } catch (error) {
      const problem = ledgerProblem(error, path) ?? error;
      for (const { reject } of group) reject(problem);
    }
  };

  const enqueue = (move: Move): Promise<Exclude<Made, 'illegal'>> =>
    new Promise((resolve, reject) => {
      waiting.push({ move, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      setImmediate(gather, 0, 1);
    });

  return {
    record: async (move) => ((await enqueue(move)) === 'taken' ? 'taken' : 'done'),
    intend: async (intent) => {
      const claimNo = await enqueue(intent);
      if (claimNo === 'taken') throw new Error('ledger: an intent has no order that could be taken');
      return { kind: 'intended', claimNo };
    },
  };
}

const illegal = ({ move, batch, snKey }: Move): Error =>
  new Error(`ledger: the move "${move}" of ${batch}/${snKey} is not legal where the row stands`);
