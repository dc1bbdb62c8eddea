import { describe, expect, it } from 'vitest';
import { Problem } from '../../../../src/common/errors.js';
import { isConnectionLost, mayRepeat, postgresProblem } from '../../../../src/ledger/postgres/errors.js';

const error = (code: string, message = 'what the server says') => Object.assign(new Error(message), { code });
const said = (cause: unknown, phase: 'opening' | 'running' = 'opening') =>
  postgresProblem(cause, 'postgres://db/orders', phase);

describe('what the database says', () => {
  it.each([
    ['nobody listens', error('ECONNREFUSED'), 'ledger_unreachable'],
    [
      'several addresses, none answers',
      new AggregateError([error('ECONNREFUSED'), error('ENETUNREACH')]),
      'ledger_unreachable',
    ],
    ['the server starts just now', error('57P03'), 'ledger_unreachable'],
    ['no connection in time', new Error('timeout exceeded when trying to connect'), 'ledger_unreachable'],
    ['no connection in time, beside the pool', new Error('timeout expired'), 'ledger_unreachable'],
    ['a wrong password', error('28P01'), 'ledger_login_refused'],
    ['a user that pg_hba.conf does not let in', error('28000'), 'ledger_login_refused'],
    [
      'no password',
      new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
      'ledger_login_refused',
    ],
    ['no database', error('3D000'), 'ledger_no_database'],
    ['no rights', error('42501', 'permission denied for table order_row'), 'ledger_no_rights'],
    ['too many connections', error('53300'), 'ledger_too_many_connections'],
    ['a standby', error('25006'), 'ledger_read_only'],
    ['a full disk', error('53100'), 'ledger_disk_full'],
    ['a statement that takes too long', error('57014'), 'ledger_too_slow'],
    [
      'a certificate that nobody knows',
      error('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate'),
      'ledger_tls',
    ],
    ['a server without TLS', new Error('The server does not support SSL connections'), 'ledger_tls'],
  ])('%s is a problem with its remedy', (_, cause, code) => {
    expect(said(cause)).toMatchObject({ code, exitStatus: 2, remedy: expect.any(String) });
  });

  it.each([
    ['the connection breaks', error('ECONNRESET')],
    ['the server is stopped', error('57P01')],
    ['the server crashes', error('57P02')],
    ['the connection ends', new Error('Connection terminated unexpectedly')],
    ['no answer in time', new Error('Query read timeout')],
    ['the connection broke before', new Error('Postgres connection has been discarded')],
    ['the server is away when a new connection is made', error('ECONNREFUSED')],
  ])('%s in a run: the same command goes on', (_, cause) => {
    expect(said(cause, 'running')).toMatchObject({ code: 'ledger_connection_lost', exitStatus: 3 });
    expect(mayRepeat(cause)).toBe(true);
  });

  it('a mistake of this program stays one', () => {
    expect(said(error('42601', 'syntax error'))).toBeUndefined();
    expect(said(new TypeError('x is undefined'))).toBeUndefined();
    expect(isConnectionLost(error('23505'))).toBe(false);
  });

  it('what is a problem already stays as it is', () => {
    const problem = new Problem('no_ledger', 'There is no ledger.');
    expect(said(problem)).toBe(problem);
  });
});
