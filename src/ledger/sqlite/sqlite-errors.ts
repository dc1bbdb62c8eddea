import { EXIT, Problem } from '../../common/errors.js';

/** What SQLite's result codes mean for a person; `undefined` for what only a defect can cause. */
export function ledgerProblem(error: unknown, path: string): Problem | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = (name: string, message: string, remedy: string): Problem =>
    new Problem(name, message, { remedy, cause: error });

  if (code.startsWith('SQLITE_FULL')) {
    return problem(
      'ledger_disk_full',
      `The disk is full: the ledger ${path} cannot be written.`,
      'Free some space, then run the same command again: it first looks for the orders that were sent.',
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return problem(
      'ledger_read_only',
      `The ledger ${path} cannot be written: you do not have the right.`,
      'Make the file and its folder writable, or name another ledger with --ledger.',
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return problem(
      'ledger_corrupt',
      `The ledger ${path} is damaged or is not a ledger.`,
      'Restore it from a backup. With a new ledger, orders that the portal shows for the batch are adopted.',
    );
  }
  if (
    code.startsWith('SQLITE_CANTOPEN') ||
    ['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP'].includes(code)
  ) {
    return problem(
      'ledger_unusable',
      `The ledger ${path} cannot be opened.`,
      'Check that its folder exists and that the path names a file.',
    );
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'ENOSPC' || code === 'EIO') {
    return problem(
      'ledger_io_error',
      `The ledger ${path} cannot be read or written: ${code}.`,
      'Check the disk, then run the same command again: it first looks for the orders that were sent.',
    );
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new Problem('ledger_held', `Another program uses the ledger ${path}.`, {
      remedy: 'Wait until it has ended.',
      exitStatus: EXIT.ledgerHeld,
      cause: error,
    });
  }
  return undefined;
}
