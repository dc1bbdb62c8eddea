import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runConfigOf } from '../../../src/cli/config.js';
import { withEnvFile } from '../../../src/cli/environment.js';
import { typedName, variableOf } from '../../../src/cli/option.js';
import { optionNames, runOptionNames } from '../../../src/cli/options.js';
import { portalAccess } from '../../../src/cli/portal-access.js';
import { type Given, givenOf, resolveOptions as resolve } from '../../../src/cli/resolve-options.js';
import { temporaryFolder } from '../../support/temp-folder.js';
import { virtualClock } from '../../support/virtual-clock.js';

const folder = temporaryFolder();
const resolveOptions = (given: Given, environment: Record<string, string>) =>
  resolve(runOptionNames, given, environment);
const CREDENTIALS = { YEASTAR_CLIENT_ID: 'id', YEASTAR_CLIENT_SECRET: 'secret-1' };
const refused = (code: string, ...said: string[]) =>
  expect.objectContaining({
    code,
    exitStatus: 2,
    message: expect.stringMatching(new RegExp(said.map((part) => `(?=.*${part})`).join(''), 's')),
  });

it('a time that is in the past is refused', () => {
  const given = { until: '1960-01-01T00:00' };
  const options = resolveOptions(given, {});
  const call = { subject: 'june.csv', options, given, environment: {}, cwd: '/', clock: virtualClock() };
  expect(() => runConfigOf(call)).toThrow(
    refused('wrong_option', '--until "1960-01-01T00:00" is in the past'),
  );
});

describe('options without anything given', () => {
  it('are the defaults of the contract', () => {
    expect(resolveOptions({}, {})).toEqual({
      job: 'switch-plan',
      ledger: '.batch/ledger.db',
      lockWait: 0,
      column: [],
      skipInvalid: false,
      allowRepeat: false,
      noReference: false,
      concurrency: 5,
      timeout: 30_000,
      maxAttempts: 5,
      settle: 30_000,
      onDoubt: 'resend',
      giveUpAfter: 600_000,
      canary: 1,
      checkEach: false,
      maxFailures: { percent: 25 },
      dryRun: false,
      recentOrders: 'refuse',
      lookback: 30 * 86_400_000,
      withoutOrderList: false,
      yes: false,
      json: false,
      quiet: false,
      logLevel: 'info',
      sandbox: false,
      fault: [],
      portal: [],
    });
  });
});

describe('an option', () => {
  it('comes from the command line before the environment', () => {
    expect(resolveOptions({ concurrency: '7' }, { BATCH_CONCURRENCY: '9' }).concurrency).toBe(7);
    expect(resolveOptions({}, { BATCH_CONCURRENCY: '9' }).concurrency).toBe(9);
  });

  it('is typed with hyphens and has a variable of its own', () => {
    expect(typedName('maxFailures')).toBe('max-failures');
    expect(variableOf('maxFailures')).toBe('BATCH_MAX_FAILURES');
    expect(new Set(optionNames.map(variableOf)).size).toBe(optionNames.length);
  });

  it.each(optionNames)('%s can come from the environment', (name) => {
    const variable = variableOf(name);
    // Not one of them passes over what its variable says: nonsense is refused or taken, never ignored.
    const nonsense = '?';
    let taken: unknown;
    try {
      taken = resolve([name], {}, { [variable]: nonsense })[name];
    } catch (error) {
      expect(error).toMatchObject({ code: 'wrong_option', message: expect.stringContaining(variable) });
      return;
    }
    expect([taken].flat()).toStrictEqual([nonsense]);
  });

  it('whose variable is empty is not given', () => {
    expect(resolveOptions({}, { BATCH_CONCURRENCY: '', BATCH_YES: '' })).toMatchObject({
      concurrency: 5,
      yes: false,
    });
  });

  it.each([
    ['true', true],
    ['1', true],
    ['YES', true],
    [' on ', true],
    ['false', false],
    ['0', false],
    ['No', false],
    ['off', false],
  ])('that is a flag is %s in the environment', (text, expected) => {
    expect(resolveOptions({}, { BATCH_DRY_RUN: text }).dryRun).toBe(expected);
  });

  it('that is a flag and neither true nor false is refused: a typo must not place orders', () => {
    expect(() => resolveOptions({}, { BATCH_DRY_RUN: 'treu' })).toThrow(
      refused('wrong_option', 'BATCH_DRY_RUN'),
    );
  });

  it('that is a flag on the command line goes before the environment, switched off too', () => {
    expect(resolveOptions({ yes: false }, { BATCH_YES: 'true' }).yes).toBe(false);
  });

  it('that is given twice is refused, unless it may be repeated', () => {
    expect(() => givenOf({ limit: ['1', '2'] })).toThrow(refused('wrong_option', '--limit'));
    const { fault } = givenOf({ fault: ['reset:30%', '503:1%'] });
    expect(fault).toStrictEqual(['reset:30%', '503:1%']);
    expect(resolveOptions({ fault: ['reset:30%'] }, {}).fault).toStrictEqual(['reset:30%']);
  });

  it('of another command is not looked at', () => {
    expect(resolve(['ledger'], {}, { BATCH_LIMIT: 'many' })).toEqual({ ledger: '.batch/ledger.db' });
  });

  it('that is wrong is named as it was given, and all wrong ones at once', () => {
    expect(() => resolveOptions({ settle: 'soon' }, { BATCH_CONCURRENCY: 'many' })).toThrow(
      refused('wrong_option', '--settle "soon"', 'BATCH_CONCURRENCY "many"'),
    );
  });
});

describe('what columns are called', () => {
  it.each([
    [['sn=Seriennummer'], [['sn', 'Seriennummer']]],
    [
      ['sn= Serien-Nr. ', 'plan=Tarif (neu) = x'],
      [
        ['sn', 'Serien-Nr.'],
        ['plan', 'Tarif (neu) = x'],
      ],
    ],
    [
      ['sn=Seriennummer;billing contact=Kunde'],
      [
        ['sn', 'Seriennummer'],
        ['billing contact', 'Kunde'],
      ],
    ],
    [['sn=a;b'], [['sn', 'a;b']]],
  ])('is read from %j', (column, expected) => {
    expect(resolveOptions({ column }, {}).column.map(({ ours, theirs }) => [ours, theirs])).toEqual(expected);
  });

  it('comes from the environment too', () => {
    expect(resolveOptions({}, { BATCH_COLUMN: 'sn=A;plan=B' }).column).toHaveLength(2);
  });

  it.each([['sn'], ['sn='], ['=x'], ['sn=a;=b', 'sn=']])('is not %j', (...column) => {
    expect(() => resolveOptions({ column }, {})).toThrow(
      refused('wrong_option', '--column', 'use sn=Seriennummer'),
    );
  });
});

describe('an encoding', () => {
  it.each([
    ['auto', undefined],
    ['AUTO', undefined],
    ['windows-1252', 'windows-1252'],
    ['latin1', 'windows-1252'],
    [' UTF-16 ', 'utf-16le'],
  ])('%j is %j', (encoding, name) => {
    expect(resolveOptions({ encoding }, {}).encoding).toBe(name);
  });

  it.each(['', 'ebcdic', 'ansi!'])('is not %j', (encoding) => {
    expect(() => resolveOptions({ encoding }, {})).toThrow(
      refused('wrong_option', '--encoding', 'windows-1252'),
    );
  });
});

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5s', 1_500],
    [' 5 m ', 300_000],
    ['2H', 7_200_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(resolveOptions({ settle: text }, {}).settle).toBe(ms);
  });

  it.each(['', '30', 'soon', '-5s', '5 years', '1h30m', '5s5', '1e3s', 'Infinity', '99999d'])(
    'is not %j',
    (text) => {
      expect(() => resolveOptions({ settle: text }, {})).toThrow(refused('wrong_option', '--settle'));
    },
  );

  it('of no time at all is no time-out', () => {
    expect(() => resolveOptions({ timeout: '0s' }, {})).toThrow(refused('wrong_option', '--timeout'));
  });

  it('longer than a timer can hold is no time-out: the timer would end at once', () => {
    expect(resolveOptions({ timeout: '24d' }, {}).timeout).toBe(24 * 86_400_000);
    expect(() => resolveOptions({ timeout: '25d' }, {})).toThrow(refused('wrong_option', '--timeout'));
  });
});

describe('a number', () => {
  it.each([
    ['concurrency', '1', 1],
    ['concurrency', '1000', 1000],
    ['limit', '0', 0],
    ['canary', ' 3 ', 3],
    ['rate', '40', 40],
    ['maxAttempts', '1', 1],
  ] as const)('--%s %s is taken', (name, text, expected) => {
    expect(resolveOptions({ [name]: text }, {})[name]).toBe(expected);
  });

  it.each([
    ['concurrency', '0'],
    ['concurrency', '1001'],
    ['concurrency', '1.5'],
    ['concurrency', '-1'],
    ['concurrency', '5x'],
    ['rate', '0'],
    ['maxAttempts', '0'],
    ['limit', '-1'],
    ['canary', 'one'],
    ['limit', '99999999999'],
    ['onDoubt', 'maybe'],
    ['logLevel', 'loud'],
    ['batch', 'x'.repeat(101)],
    ['job', '  '],
  ])('--%s %s is refused', (name, text) => {
    expect(() => resolveOptions({ [name]: text }, {})).toThrow(
      refused('wrong_option', `--${typedName(name)}`),
    );
  });

  it.each([
    ['5', { count: 5 }],
    ['0', { count: 0 }],
    ['25%', { percent: 25 }],
    ['0.5 %', { percent: 0.5 }],
    ['100%', { percent: 100 }],
  ])('--max-failures %s is rows or a percentage', (text, expected) => {
    expect(resolveOptions({ maxFailures: text }, {}).maxFailures).toStrictEqual(expected);
  });

  it.each(['101%', '2.5', '-1', '%', 'all', ''])('--max-failures %j is neither', (text) => {
    expect(() => resolveOptions({ maxFailures: text }, {})).toThrow(
      refused('wrong_option', '--max-failures'),
    );
  });
});

describe('paths', () => {
  const config = (file: string, given: Given = {}, environment = {}) =>
    runConfigOf({
      subject: file,
      options: resolveOptions(given, environment),
      given,
      environment,
      cwd: '/home/ada',
      clock: virtualClock(),
    });

  it('are relative to where the command was typed', () => {
    const options = { out: 'o.csv', failures: 'f.csv', ledger: 'l/x.db', logFile: 'run.log' };
    expect(config('in/june.csv', options)).toMatchObject({
      file: '/home/ada/in/june.csv',
      out: '/home/ada/o.csv',
      failures: '/home/ada/f.csv',
      ledger: { name: '/home/ada/l/x.db' },
      logFile: '/home/ada/run.log',
    });
  });

  it.each([
    ['june.csv', 'june', '/home/ada/june.results.csv'],
    ['/data/june.CSV', 'june', '/data/june.results.csv'],
    ['june', 'june', '/home/ada/june.results.csv'],
    ['june.v2.csv', 'june.v2', '/home/ada/june.v2.results.csv'],
    ['in.d/june', 'june', '/home/ada/in.d/june.results.csv'],
  ])('of %s are the batch %s and the results %s', (file, batch, out) => {
    expect(config(file)).toMatchObject({ batch, out });
  });

  it('a batch that is named stands, also from the environment', () => {
    expect(config('june.csv', { batch: 'q2' }).batch).toBe('q2');
    expect(config('june.csv', {}, { BATCH_BATCH: 'q3' }).batch).toBe('q3');
  });

  it('the sandbox has a ledger of its own', () => {
    expect(config('june.csv').ledger.name).toBe('/home/ada/.batch/ledger.db');
    expect(config('june.csv', { sandbox: true }).ledger.name).toBe('/home/ada/.batch/ledger.sandbox.db');
    expect(config('june.csv', { sandbox: true, ledger: 'books' }).ledger.name).toBe(
      '/home/ada/books.sandbox',
    );
  });
});

describe('an env file', () => {
  const file = join(folder, 'portal.env');
  writeFileSync(file, "\uFEFF# the portal's\nYEASTAR_CLIENT_ID=from-file\nYEASTAR_CLIENT_SECRET='s e c'\n", {
    mode: 0o600,
  });

  it('stands behind what is set already', () => {
    const environment = withEnvFile({ YEASTAR_CLIENT_ID: 'set', OTHER: undefined }, file, () => undefined);
    expect(environment).toStrictEqual({ YEASTAR_CLIENT_ID: 'set', YEASTAR_CLIENT_SECRET: 's e c' });
  });

  it('that others can read is warned about, with the remedy', () => {
    const warnings: string[] = [];
    withEnvFile({}, file, (text) => warnings.push(text));
    expect(warnings).toStrictEqual([]);
    chmodSync(file, 0o644);
    withEnvFile({}, file, (text) => warnings.push(text));
    expect(warnings).toStrictEqual([expect.stringContaining(`chmod 600 ${file}`)]);
    chmodSync(file, 0o600);
  });

  it('that cannot be read is refused', () => {
    expect(() => withEnvFile({}, join(folder, 'nowhere'), () => undefined)).toThrow(
      refused('env_file_unreadable', 'nowhere'),
    );
  });

  it('that is not named changes nothing', () => {
    const environment = { A: '1' };
    expect(withEnvFile(environment, undefined, () => undefined)).toBe(environment);
  });
});

describe('access to the portal', () => {
  it('is the real portal’s unless another is named', () => {
    expect(portalAccess(CREDENTIALS)).toStrictEqual({
      baseUrl: 'https://openapi.partner.yeastar.com',
      credentials: { clientId: 'id', clientSecret: 'secret-1' },
    });
  });

  it('is free of the spaces that come with copying', () => {
    const copied = { YEASTAR_CLIENT_ID: ' id\n', YEASTAR_CLIENT_SECRET: ' secret-1 ', YEASTAR_BASE_URL: ' ' };
    expect(portalAccess(copied)).toStrictEqual(portalAccess(CREDENTIALS));
  });

  it.each([
    [{}, 'YEASTAR_CLIENT_ID and YEASTAR_CLIENT_SECRET are not set'],
    [{ YEASTAR_CLIENT_ID: 'id' }, 'YEASTAR_CLIENT_SECRET is not set'],
    [{ ...CREDENTIALS, YEASTAR_CLIENT_ID: '  ' }, 'YEASTAR_CLIENT_ID is not set'],
  ])('lacks credentials: %#', (environment, said) => {
    expect(() => portalAccess(environment)).toThrow(refused('credentials_missing', said));
  });

  it.each([
    ['https://portal.test', 'https://portal.test'],
    ['https://portal.test///', 'https://portal.test'],
    ['https://portal.test/gateway/', 'https://portal.test/gateway'],
    ['HTTPS://Portal.Test', 'https://portal.test'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.1.2.3', 'http://127.1.2.3'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('goes to %s', (url, baseUrl) => {
    expect(portalAccess({ ...CREDENTIALS, YEASTAR_BASE_URL: url }).baseUrl).toBe(baseUrl);
  });

  it.each([
    'http://portal.test',
    'http://localhost.portal.test',
    'http://evil-localhost',
    'http://127.0.0.1.portal.test',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'ftp://127.0.0.1',
    'portal.test',
    'openapi',
    'file:///etc/passwd',
  ])('never goes to %s: the secret would travel in the clear', (url) => {
    expect(() => portalAccess({ ...CREDENTIALS, YEASTAR_BASE_URL: url })).toThrow(
      refused('base_url', 'https'),
    );
  });

  it('is not named with a user and a password, and does not repeat them', () => {
    const url = 'https://ada:hunter22@portal.test';
    expect(() => portalAccess({ ...CREDENTIALS, YEASTAR_BASE_URL: url })).toThrow(
      expect.objectContaining({ code: 'base_url', message: expect.not.stringContaining('hunter22') }),
    );
  });
});
