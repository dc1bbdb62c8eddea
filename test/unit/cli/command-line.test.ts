import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { calledAs, createCommandLine, only, without } from '../../../src/cli/command-line.js';

it.each([
  [{ npm_lifecycle_event: 'batch', npm_package_json: '/app/package.json' }, '/app/in', 'npm run batch --'],
  [
    { npm_lifecycle_event: 'batch', npm_package_json: '/my app/package.json' },
    '/data',
    "npm --prefix '/my app' run batch --",
  ],
  [{ npm_lifecycle_event: 'npx' }, '/data', 'npx yeastar-batch'],
  [{}, '/data', 'node /app/dist/app/bin/cli.js'],
])('the program is named as it was called: %j in %s is %s', (environment, cwd, expected) => {
  expect(calledAs(environment, '/app/dist/app/bin/cli.js', cwd)).toBe(expected);
});

it('the program that is installed has the name of its link', () => {
  expect(calledAs({}, '/usr/local/bin/yeastar-batch', '/data')).toBe('yeastar-batch');
  const windows = String.raw`C:\npm\node_modules\yeastar-batch\dist\app\bin\cli.js`;
  expect(calledAs({}, windows, 'C:/data')).toBe('yeastar-batch');
});

it('a shell reads each word of it as it was given', () => {
  const write = createCommandLine('printf "%s\\n"');
  const given = {
    fault: ['a b', "it's"],
    out: '-x.csv',
    yes: true,
    dryRun: false,
    batch: '$HOME `id` "q" \\',
  };
  const line = write('run', "-Müller's list.csv", given);
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual([
    'run',
    "./-Müller's list.csv",
    '--batch',
    '$HOME `id` "q" \\',
    '--out=-x.csv',
    '--dry-run=false',
    '--yes',
    '--fault',
    'a b',
    '--fault',
    "it's",
  ]);
});

it('options can be left out and picked', () => {
  const given = { yes: true, limit: '3' };
  expect(without(given, ['yes'])).toEqual({ limit: '3' });
  expect(only(given, ['yes', 'out'])).toEqual({ yes: true });
});
