import { existsSync, realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import Sqlite from 'better-sqlite3';
import type { Clock } from '../../common/clock.js';
import { Problem } from '../../common/errors.js';
import { type Holder, heldBy } from '../holder.js';
import { ensurePrivateFile } from './private-file.js';
import { ledgerProblem } from './sqlite-errors.js';

const POLL_MS = 250;

/**
 * Takes the ledger for this process alone: a write lock on a file beside it, which the operating system
 * drops when the process ends, however it ends. So a dead process never keeps it and a live one never
 * loses it.
 * @returns the release
 */
export async function lockLedger(path: string, waitMs: number, clock: Clock): Promise<() => void> {
  const lockPath = lockPathOf(path);
  const giveUpAt = clock.monotonic() + waitMs;
  for (;;) {
    const locked = tryLock(lockPath, clock.now());
    if (typeof locked === 'function') return locked;
    if (clock.monotonic() >= giveUpAt) throw heldBy(locked, `The ledger ${path}`);
    await clock.sleep(Math.min(POLL_MS, Math.max(1, giveUpAt - clock.monotonic())));
  }
}

/** The lock stands beside the file itself, whichever link leads there: two runs of one ledger must meet. */
function lockPathOf(path: string): string {
  try {
    // A link may point at a ledger that is still to be made.
    ensurePrivateFile(path);
    const file = realpathSync.native(path);
    refuseSecondName(file);
    return `${file}.lock`;
  } catch (error) {
    throw ledgerProblem(error, path) ?? error;
  }
}

/** Unlike a symbolic link, a hard link does not tell which other names there are. */
function refuseSecondName(path: string): void {
  if (statSync(path).nlink < 2) return;
  throw new Problem('ledger_two_names', `The ledger ${path} has a second name (a hard link).`, {
    remedy: 'Remove the other name: two runs could use the same ledger without noticing each other.',
  });
}

/** Who holds the ledger at this moment, without taking it; `undefined`: nobody. */
export function ledgerHolder(path: string): Holder | 'unknown' | undefined {
  if (!existsSync(path)) return undefined;
  const lockPath = `${realpathSync.native(path)}.lock`;
  if (!existsSync(lockPath)) return undefined;
  const db = new Sqlite(lockPath, { timeout: 0 });
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return undefined;
  } catch {
    return readHolder(db) ?? 'unknown';
  } finally {
    db.close();
  }
}

/** @param now epoch ms, for whoever finds the ledger locked */
function tryLock(lockPath: string, now: number): (() => void) | Holder | undefined {
  let db: Sqlite.Database | undefined;
  try {
    ensurePrivateFile(lockPath);
    db = new Sqlite(lockPath, { timeout: 0 });
    db.exec('BEGIN IMMEDIATE');
    db.exec(
      'CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, started_at INTEGER); DELETE FROM holder',
    );
    db.prepare('INSERT INTO holder VALUES (?, ?, ?)').run(process.pid, hostname(), now);
    // Committed, so that others can read the name; then held for good.
    db.exec('COMMIT');
    db.exec('BEGIN IMMEDIATE');
    const lock = db;
    return () => lock.close();
  } catch (error) {
    const holder = db === undefined ? undefined : readHolder(db);
    db?.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))
      return holder;
    const problem = ledgerProblem(error, lockPath);
    throw problem?.code === 'ledger_corrupt' ? damagedLock(lockPath, error) : (problem ?? error);
  }
}

function readHolder(db: Sqlite.Database): Holder | undefined {
  try {
    return db.prepare<[], Holder>('SELECT pid, host, started_at FROM holder').get();
  } catch {
    // The holder is just writing its name: it holds the ledger all the same.
    return undefined;
  }
}

const damagedLock = (lockPath: string, cause: unknown): Problem =>
  new Problem('lock_damaged', `The lock file ${lockPath} is damaged or is not a lock file.`, {
    remedy: 'Make sure that no run uses the ledger, then delete that file: it has no orders in it.',
    cause,
  });
