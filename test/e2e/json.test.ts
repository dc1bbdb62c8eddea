import { expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { csvOf, type Ended, type Workplace, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

/** A way in which a command can end: what is at the portal and in the folder, what is typed, the exit status. */
interface End {
  readonly name: string;
  readonly status: number;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly before?: (place: Workplace, sandbox: Sandbox) => Promise<unknown> | unknown;
}

const QUICK = ['--settle', '100ms', '--timeout', '1s'];
const HELD = ['--on-doubt', 'hold', '--canary', '0', '--concurrency', '1', ...QUICK];
const placed = (place: Workplace): Promise<Ended> => place.run(['orders.csv']);
const lostOnce = (sandbox: Sandbox): void =>
  sandbox.setFaults([{ kind: 'reset', share: 1, when: 'before', times: 1 }]);
const inDoubt = (place: Workplace, sandbox: Sandbox): Promise<Ended> => {
  lostOnce(sandbox);
  return place.run(['orders.csv', ...HELD]);
};

const ENDS: readonly End[] = [
  { name: 'run, all placed', status: 0, args: ['orders.csv'] },
  { name: 'run, a dry run', status: 0, args: ['orders.csv', '--dry-run'] },
  { name: 'run, limited', status: 0, args: ['orders.csv', '--limit', '1'] },
  {
    name: 'run, some rows are invalid',
    status: 1,
    args: ['faulty.csv', '--skip-invalid', '--failures', 'open.csv'],
    before: (place) => place.write('faulty.csv', `${csvOf(2)}OTHER1,No such plan,ada.keller@example.com\n`),
  },
  {
    name: 'run, an order was refused',
    status: 1,
    args: ['orders.csv', '--canary', '0', '--concurrency', '1'],
    before: (_, sandbox) => sandbox.setFaults([{ kind: '403', share: 1, times: 1 }]),
  },
  {
    name: 'run, findings',
    status: 2,
    args: ['faulty.csv'],
    before: (place) =>
      place.write('faulty.csv', 'sn,plan\n3.69472E+11,Linkus Cloud Service Pro\nA1,Nothing\n'),
  },
  {
    name: 'run, a file that cannot be used',
    status: 2,
    args: ['faulty.csv'],
    before: (place) => place.write('faulty.csv', 'serial;what\nA1;B\n'),
  },
  { name: 'run, a file that is not there', status: 2, args: ['none.csv'] },
  { name: 'run, no credentials', status: 2, args: ['orders.csv'], env: { YEASTAR_CLIENT_SECRET: '' } },
  { name: 'run, wrong credentials', status: 2, args: ['orders.csv'], env: { YEASTAR_CLIENT_SECRET: 'no' } },
  { name: 'run, another plan than the approved one', status: 2, args: ['orders.csv', '--plan', 'c0ffee'] },
  { name: 'no file', status: 2, args: [] },
  { name: 'an unknown option', status: 2, args: ['orders.csv', '--concurency', '3'] },
  { name: 'an option without its value', status: 2, args: ['orders.csv', '--json', '--limit'] },
  { name: 'a value that cannot be read', status: 2, args: ['orders.csv', '--rate', 'fast'] },
  { name: 'a misspelt command', status: 2, args: ['stauts'] },
  {
    name: 'run, the canary has failed',
    status: 3,
    args: ['orders.csv'],
    before: (_, sandbox) => sandbox.setFaults([{ kind: '403', share: 1, times: 1 }]),
  },
  {
    name: 'run, an order in doubt',
    status: 4,
    args: ['orders.csv', ...HELD],
    before: (_, sandbox) => lostOnce(sandbox),
  },
  { name: 'status, no ledger', status: 2, args: ['status'] },
  { name: 'status', status: 0, args: ['status'], before: placed },
  { name: 'status of a batch', status: 0, args: ['status', 'orders'], before: inDoubt },
  { name: 'status of an unknown batch', status: 2, args: ['status', 'june'], before: placed },
  { name: 'results', status: 0, args: ['results', 'orders'], before: placed },
  { name: 'results without a batch', status: 2, args: ['results'] },
  { name: 'report', status: 0, args: ['report', 'orders'], before: placed },
  { name: 'reconcile', status: 0, args: ['reconcile', 'orders'], before: placed },
  { name: 'audit without a folder', status: 2, args: ['audit', 'orders'], before: placed },
  { name: 'verify', status: 0, args: ['verify', 'orders'], before: placed },
  {
    name: 'reconcile, an order in doubt',
    status: 4,
    args: ['reconcile', 'orders', ...QUICK],
    before: inDoubt,
  },
  { name: 'jobs', status: 0, args: ['jobs'] },
  { name: 'plans', status: 0, args: ['plans'] },
  { name: 'contacts', status: 0, args: ['contacts'] },
  { name: 'inventory', status: 0, args: ['inventory', '--out', 'pbxs.csv'] },
  { name: 'sandbox, a fault that cannot be read', status: 2, args: ['sandbox', '--fault', 'nothing'] },
];

it.each(ENDS)(
  'with --json $name is one object on stdout, exit $status',
  async ({ status, args, env, before }) => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    await before?.(place, sandbox);
    const ended = await place.run(args.includes('--json') ? args : [...args, '--json'], env);
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    const object = JSON.parse(ended.stdout);
    expect({ status: ended.status, exitCode: object.exitCode }).toEqual({ status, exitCode: status });
    expect(normal(object, place.folder)).toMatchSnapshot();
  },
);

it('with --json a second run at the same ledger is one object, exit 5, with the command to go on with', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: 'delay', share: 1, when: 'after', ms: 1_500 }] });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  const first = place.start(['orders.csv']);
  await first.says('to place');
  const { status, stdout } = await place.run(['orders.csv', '--json']);
  expect(status).toBe(5);
  expect(normal(JSON.parse(stdout), place.folder)).toMatchSnapshot();
  await first.ended;
});

it('with --json a run that SIGTERM stops is one object, exit 143', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: 'delay', share: 1, when: 'after', ms: 1_000 }] });
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  const running = place.start(['orders.csv', '--json']);
  await running.says('to place');
  running.child.kill('SIGTERM');
  const { status, stdout } = await running.ended;
  expect(status).toBe(143);
  const { stopped, exitCode, next } = JSON.parse(stdout);
  expect({ stopped: stopped.kind, exitCode }).toEqual({ stopped: 'signal', exitCode: 143 });
  expect(next).toHaveLength(1);
});

it('with --json the sandbox ends with one object', async () => {
  const place = workplace();
  const running = place.start(['sandbox', '--json']);
  await running.says('Stop with Ctrl-C');
  running.child.kill('SIGTERM');
  const { stdout } = await running.ended;
  expect(JSON.parse(stdout)).toMatchObject({ orders: 0, serialNumbers: 0, exitCode: 0 });
});

/** Without what differs from one run to the next: paths, times, processes, what the portal numbers. */
function normal(value: unknown, folder: string): unknown {
  const text = JSON.stringify(value)
    .replaceAll(folder, '<folder>')
    .replace(/node [^ "]+cli\.js/g, 'yeastar-batch')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, '<portal>')
    .replace(/"durationMs":\d+/g, '"durationMs":0')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/process \d+/g, 'process <number>')
    .replace(/on [^ "]+, started/g, 'on <machine>, started')
    .replace(/requestId [\w-]+/g, 'requestId <id>');
  return JSON.parse(text);
}
