import { realpathSync, statSync } from 'node:fs';
import { EXIT, Problem } from '../../common/errors.js';

/**
 * Tells whether the ledger and its lock are still the files that were opened. A file that is deleted or moved away
 * goes on to be written by whoever has it open, and nobody else ever sees it.
 */
export interface FileWatch {
  /** The ledger itself is gone, or another one stands in its place. */
  readonly ledgerGone: () => Problem | undefined;
  /** The same, or the lock is gone: then a second run may use the ledger beside this one. */
  readonly notOurs: () => Problem | undefined;
}

export function watchFiles(path: string): FileWatch {
  const file = realpathSync.native(path);
  const lock = `${file}.lock`;
  const openedFile = identityOf(file);
  const openedLock = identityOf(lock);
  const ledgerGone = (): Problem | undefined => (identityOf(file) === openedFile ? undefined : gone(path));
  return {
    ledgerGone,
    notOurs: () => ledgerGone() ?? (identityOf(lock) === openedLock ? undefined : unlocked(lock)),
  };
}

/** What a file is, whatever its name; undefined: there is none. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

const gone = (path: string): Problem =>
  new Problem('ledger_gone', `The ledger ${path} was deleted or replaced while this run used it.`, {
    remedy:
      'No more orders were sent, and the results say what was ordered: keep them. Put the ledger back if it was ' +
      'moved, or restore a backup. Without one, the next run compares its rows with the orders at the portal first.',
    exitStatus: EXIT.stoppedEarly,
  });

const unlocked = (lock: string): Problem =>
  new Problem('lock_gone', `The lock file ${lock} was deleted or replaced while this run used it.`, {
    remedy:
      'No more orders were sent, because another run may use the ledger now. Make sure that none does, then run the ' +
      'same command again: it first looks for the orders that were in flight.',
    exitStatus: EXIT.stoppedEarly,
  });
