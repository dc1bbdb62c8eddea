import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { csvOf, type Ended, type Workplace, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

/** The command below the word `Next`, as it was printed. */
const printed = (stdout: string): string | undefined => /\nNext {5}[^\n]*\n {9}(.+)$/m.exec(stdout)?.[1];

/** Runs a line in a shell, as a user who copies it does. */
const inShell = (place: Workplace, sandbox: Sandbox, line: string): Promise<Ended> =>
  new Promise((resolve) => {
    const env = {
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      YEASTAR_BASE_URL: sandbox.url,
      YEASTAR_CLIENT_ID: sandbox.clientId,
      YEASTAR_CLIENT_SECRET: sandbox.clientSecret,
    };
    const child = execFile('sh', ['-c', line], { cwd: place.folder, env }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });

interface Story {
  readonly name: string;
  readonly args: readonly string[];
  /** The exit status of the command that is typed, then of each command that is printed. */
  readonly statuses: readonly number[];
  readonly before?: (place: Workplace, sandbox: Sandbox) => unknown;
  /** What the user does before the first printed command is typed. */
  readonly fix?: (place: Workplace, sandbox: Sandbox) => unknown;
}

const QUICK = ['--settle', '100ms', '--timeout', '1s'];
const refuseOne = (_: Workplace, sandbox: Sandbox): void =>
  sandbox.setFaults([{ kind: '403', share: 1, times: 1 }]);
const loseOne = (_: Workplace, sandbox: Sandbox): void =>
  sandbox.setFaults([{ kind: 'reset', share: 1, when: 'before', times: 1 }]);
const ONE_WRONG = `${csvOf(2)}OTHER1,No such plan,ada.keller@example.com\n`;
const fixPlan = (file: string) => (place: Workplace) =>
  place.write(file, place.read(file).replace('No such plan', 'Linkus Cloud Service Pro'));

const STORIES: readonly Story[] = [
  { name: 'a dry run', args: ['orders.csv', '--dry-run'], statuses: [0, 0] },
  {
    name: 'a dry run of a file with an odd name',
    args: ["-Müller's list.csv".replace('-', './-'), '--dry-run', '--batch', 'it’s $HOME'],
    before: (place) => place.write("-Müller's list.csv", csvOf(2)),
    statuses: [0, 0],
  },
  { name: 'a limit', args: ['orders.csv', '--limit', '2'], statuses: [0, 0] },
  { name: 'a canary that failed', args: ['orders.csv'], before: refuseOne, statuses: [3, 0] },
  {
    name: 'an order that was refused',
    args: ['orders.csv', '--canary', '0', '--failures', 'open.csv'],
    before: refuseOne,
    statuses: [1, 0],
  },
  {
    name: 'findings',
    args: ['wrong.csv', '--failures', 'open.csv'],
    before: (place) => place.write('wrong.csv', ONE_WRONG),
    statuses: [2, 1],
  },
  {
    name: 'rows that were left out',
    args: ['wrong.csv', '--skip-invalid', '--failures', 'open.csv'],
    before: (place) => place.write('wrong.csv', ONE_WRONG),
    fix: fixPlan('open.csv'),
    statuses: [1, 0],
  },
  {
    name: 'an order in doubt: the portal is looked at, then the row',
    args: ['orders.csv', '--canary', '0', '--on-doubt', 'hold', ...QUICK],
    before: loseOne,
    statuses: [4, 4, 0],
  },
];

it.each(STORIES)('what is printed after $name can be typed', async ({ args, statuses, before, fix }) => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  await before?.(place, sandbox);
  let ended = await place.run(args);
  const got = [ended.status];
  await fix?.(place, sandbox);
  for (;;) {
    const line = printed(ended.stdout);
    if (line === undefined || got.length >= statuses.length) break;
    ended = await inShell(
      place,
      sandbox,
      line.replace(' reconcile ', ' reconcile --settle 100ms --timeout 1s '),
    );
    got.push(ended.status);
  }
  expect(got, ended.stderr).toEqual(statuses);
});

it('failures of an approved plan are approved and sent as a part of the batch, all by what is printed', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('wrong.csv', ONE_WRONG);
  const dry = await place.run(['wrong.csv', '--dry-run', '--skip-invalid', '--failures', 'open.csv']);
  const placed = await inShell(place, sandbox, printed(dry.stdout) ?? '');
  expect({ status: placed.status, orders: sandbox.truth().length }).toEqual({ status: 1, orders: 2 });
  fixPlan('open.csv')(place);
  const dryAgain = await inShell(place, sandbox, printed(placed.stdout) ?? '');
  expect({ status: dryAgain.status, orders: sandbox.truth().length }).toEqual({ status: 0, orders: 2 });
  const whole = await inShell(place, sandbox, printed(dryAgain.stdout) ?? '');
  expect({ status: whole.status, orders: sandbox.truth().length }).toEqual({ status: 0, orders: 3 });
});
