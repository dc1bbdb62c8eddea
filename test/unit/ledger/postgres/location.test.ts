import { describe, expect, it } from 'vitest';
import { sessionConfig } from '../../../../src/ledger/postgres/client.js';
import { passwordsIn, postgresLocation } from '../../../../src/ledger/postgres/location.js';

const at = (url: string, environment: Record<string, string> = {}, kind: 'portal' | 'sandbox' = 'portal') =>
  postgresLocation(url, '/home/ada', kind, environment);
const configOf = (url: string, environment: Record<string, string> = {}) =>
  sessionConfig(at(url, environment), false);

describe('the address of a ledger', () => {
  it.each([
    ['postgres://ada:secret@db/orders', 'postgres://ada@db/orders', 'yeastar_batch'],
    ['postgresql://ada@db:5433/orders?schema=mine', 'postgresql://ada@db:5433/orders?schema=mine', 'mine'],
    ['postgres://db/orders?password=secret&user=ada', 'postgres://db/orders?user=ada', 'yeastar_batch'],
    [' postgres://ada:s%40crt@db/orders ', 'postgres://ada@db/orders', 'yeastar_batch'],
  ])('%s is shown as %s', (url, name, schema) => {
    expect(at(url)).toMatchObject({ name, schema });
  });

  it('leads the sandbox to a schema of its own beside the real one', () => {
    expect(at('postgres://db/orders', {}, 'sandbox').schema).toBe('yeastar_batch_sandbox');
    expect(at('postgres://db/orders?schema=x_sandbox', {}, 'sandbox').schema).toBe('x_sandbox');
  });

  it('tells its password, as it stands and as it is meant', () => {
    expect(passwordsIn('postgres://ada:s%40cret@db/orders')).toEqual(['s%40cret', 's@cret']);
    expect(passwordsIn('postgres://db/orders?password=secret')).toEqual(['secret']);
    expect(passwordsIn('.batch/ledger.db')).toEqual([]);
    expect(passwordsIn('postgres://not an address')).toEqual([]);
  });

  it('goes before the environment, which fills in the rest', () => {
    const environment = { PGHOST: 'other', PGPORT: '5433', PGUSER: 'bob', PGPASSWORD: 'pw', PGDATABASE: 'x' };
    expect(configOf('postgres://ada@db/orders', environment)).toMatchObject({
      host: 'db',
      port: 5433,
      user: 'ada',
      password: 'pw',
      database: 'orders',
    });
    expect(configOf('postgres://', environment)).toMatchObject({ host: 'other', user: 'bob', database: 'x' });
  });

  it.each([
    ['', undefined],
    ['?sslmode=disable', false],
    ['?sslmode=no-verify', { rejectUnauthorized: false }],
    ['?sslmode=require', {}],
    ['?sslmode=verify-full', {}],
    ['?sslmode=require&uselibpqcompat=true', { rejectUnauthorized: false }],
  ])('with %s: TLS as the driver says, and no warning of a change to come', (search, ssl) => {
    const warned: string[] = [];
    const listen = (warning: Error): void => void warned.push(warning.message);
    process.on('warning', listen);
    expect(configOf(`postgres://db/orders${search}`).ssl).toEqual(ssl);
    process.off('warning', listen);
    expect(warned).toEqual([]);
  });

  it('takes the mode of PGSSLMODE if it names none', () => {
    expect(configOf('postgres://db/orders', { PGSSLMODE: 'no-verify' }).ssl).toEqual({
      rejectUnauthorized: false,
    });
    expect(configOf('postgres://db/orders?sslmode=disable', { PGSSLMODE: 'require' }).ssl).toBe(false);
  });

  it('that cannot be read is a problem that does not repeat it', () => {
    const url = 'postgres://ada:se/cret@db:x/orders';
    expect(() => at(url)).toThrow(expect.objectContaining({ code: 'wrong_option' }));
    expect(() => at(url)).not.toThrow(expect.objectContaining({ message: expect.stringContaining('cret') }));
  });
});
