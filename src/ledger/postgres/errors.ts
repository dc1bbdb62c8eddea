import { EXIT, Problem } from '../../common/errors.js';
import { asClause } from '../../common/sentence.js';

/** When an error was met: before anything could be sent, or in a run that the same command goes on with. */
export type Phase = 'opening' | 'running';

const UNREACHABLE = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
];
const BROKEN = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', '57P01', '57P02', '57P03', '57P05', '25P03', '25P04'];
const TLS = /CERT|SSL|TLS|UNABLE_TO_/;

/** Says what the database's error means for a person, and what to do; `undefined`: only a defect can cause it. */
export function postgresProblem(error: unknown, name: string, phase: Phase): Problem | undefined {
  if (error instanceof Problem) return error;
  const { code, message } = tokensOf(error);
  const problem = (id: string, said: string, remedy: string): Problem =>
    new Problem(id, said, {
      remedy,
      exitStatus: phase === 'running' ? EXIT.stoppedEarly : EXIT.nothingSent,
      cause: error,
    });

  if (isConnectionLost(error) || UNREACHABLE.includes(code)) {
    return phase === 'running'
      ? problem('ledger_connection_lost', `The connection to the ledger ${name} was lost.`, GOES_ON)
      : problem(
          'ledger_unreachable',
          `The database of the ledger ${name} does not answer.`,
          'Check the host and the port, and that the database runs and can be reached from here.',
        );
  }
  if (code === '28P01' || code === '28000' || /password must be a string|no password/i.test(message)) {
    return problem(
      'ledger_login_refused',
      `The database refuses the login for the ledger ${name}.`,
      'Check the user, the password (PGPASSWORD, or BATCH_LEDGER with the whole address) and the pg_hba.conf of the server.',
    );
  }
  if (code === '3D000') {
    return problem(
      'ledger_no_database',
      `There is no such database: ${name}.`,
      'Check its name, or create it: CREATE DATABASE name;',
    );
  }
  if (code === '42501') {
    return problem(
      'ledger_no_rights',
      `The user of the ledger ${name} does not have the rights that this command needs: ${message}.`,
      'Ask for these rights: docs/several-machines.md has the SQL for each role.',
    );
  }
  if (code === '53300' || code === '53400') {
    return problem(
      'ledger_too_many_connections',
      `The database of the ledger ${name} accepts no more connections.`,
      'Close some, or raise max_connections on the server or the limit of this user.',
    );
  }
  if (code === '25006') {
    return problem(
      'ledger_read_only',
      `The database of the ledger ${name} is read-only: it may be a standby.`,
      'Name the primary server with --ledger.',
    );
  }
  if (code === '53100') {
    return problem(
      'ledger_disk_full',
      `The disk of the database is full: the ledger ${name} cannot be written.`,
      'Free some space there, then run the same command again: it first looks for the orders that were sent.',
    );
  }
  if (code === '57014') {
    return problem(
      'ledger_too_slow',
      `The database of the ledger ${name} took too long for a statement.`,
      GOES_ON,
    );
  }
  if (TLS.test(code) || /SSL|TLS|certificate/.test(message)) {
    return problem(
      'ledger_tls',
      `No safe connection to the ledger ${name}: ${message}.`,
      'Check sslmode and sslrootcert in its address: docs/several-machines.md says what each mode checks.',
    );
  }
  return undefined;
}

const GOES_ON =
  'Check the database, then run the same command again: it first looks for the orders that were sent.';

/** Whether the statement may have been carried out though it failed: nobody knows. */
export function isConnectionLost(error: unknown): boolean {
  const { code, message } = tokensOf(error);
  return (
    BROKEN.includes(code) ||
    code.startsWith('08') ||
    /connection terminated|connection timeout|timeout exceeded when trying to connect|read timeout|timeout expired|not queryable|has been discarded|socket/i.test(
      message,
    )
  );
}

/** Whether the database cannot be reached now, and may be in a moment. */
export function isOutOfReach(error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'ledger_connection_lost';
  return isConnectionLost(error) || [...UNREACHABLE, '53300'].includes(tokensOf(error).code);
}

export const restarted = (name: string): Problem =>
  new Problem(
    'ledger_restarted',
    `The database of the ledger ${name} was restarted or replaced during this run.`,
    {
      remedy: 'Run the same command again: it looks at the portal before it sends anything.',
      exitStatus: EXIT.stoppedEarly,
    },
  );

/** Whether the server has undone the statement for the sake of another one: a deadlock, say. */
export const wasUndone = (error: unknown): boolean => ['40001', '40P01'].includes(tokensOf(error).code);

/** Whether another try may do: the statement was not carried out, or it may be repeated. */
export const mayRepeat = (error: unknown): boolean => isOutOfReach(error) || wasUndone(error);

/** An address with several machines behind it fails with all their errors together. */
function tokensOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: '' };
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  if (first !== undefined) return tokensOf(first);
  return { code: 'code' in error ? String(error.code) : '', message: asClause(error.message) };
}
