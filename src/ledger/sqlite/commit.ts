import type { Move } from '../moves.js';
import type { OpenFile } from './database.js';
import { type Moment, moveStatements, type OrderMove } from './move-statements.js';

/** Moves that share a commit, and when they are written. */
export interface Group {
  readonly moment: Moment;
  readonly moves: readonly Move[];
}

/**
 * How a move went: the number of an intent, 0 for another move; `taken`: its order is credited to another row; `illegal`: the
 * row does not stand where the move can change it. With the last two nothing was written.
 */
export type Made = number | 'taken' | 'illegal';

/** @returns how each move went, once what was written is on the disk. Throws SQLite's errors: then nothing was written. */
export type Commit = (group: Group) => readonly Made[];

/**
 * Commits moves. Whatever changes where a row of a SQLite ledger stands goes through here. No other transaction may be
 * open on the connection.
 */
export function createCommit(file: OpenFile): Commit {
  const { tick, update, keepSend, credit, creditedTo, takeCreditBack } = moveStatements(file);

  const claim = (move: OrderMove, moment: Moment): 'new' | 'known' | 'taken' => {
    if (credit(move, moment)) return 'new';
    const owner = creditedTo(move);
    return owner?.batch === move.batch && owner.sn_key === move.snKey ? 'known' : 'taken';
  };

  const make = (move: Move, moment: Moment): Made => {
    const credited = 'order' in move ? claim(move, moment) : 'known';
    if (credited === 'taken') return 'taken';
    keepSend(move, moment);
    const claimNo = update(move, moment);
    if (claimNo !== undefined) return claimNo;
    // What the row did not take is credited to nobody.
    if (credited === 'new' && 'order' in move) takeCreditBack(move);
    return 'illegal';
  };

  return file.sqlite.transaction(({ moment, moves }: Group) => {
    tick(moment);
    return moves.map((move) => make(move, moment));
  }).immediate;
}
