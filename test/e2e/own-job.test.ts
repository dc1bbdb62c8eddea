import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { DEMO_PBXS } from '../../src/sandbox/demo-pbxs.js';
import { workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

/** The whole job of docs/jobs.md. */
const DOCUMENTED = (() => {
  const text = readFileSync(fileURLToPath(new URL('../../docs/jobs.md', import.meta.url)), 'utf8');
  return /```js\n(.*?)```/s.exec(text)?.[1] ?? '';
})();
const FILE = 'sn,plan,billingContact\n3692A5503303,Enterprise,Ada Keller\n3692A5503329,Ultimate,Ada Keller\n';
const RUN = ['june.csv', '--job', './renew-yearly.js'];

it('the documented job orders, and its batch is reconciled, from wherever the file is', async () => {
  const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS, pendingShare: 1, pendingMs: 0 });
  const place = workplace(sandbox);
  place.write('renew-yearly.js', DOCUMENTED);
  place.write('june.csv', FILE);
  const { status, summary } = await place.summary(RUN);
  expect({ status, job: summary.job, sent: summary.sent }).toEqual({
    status: 0,
    job: 'renew-yearly',
    sent: 2,
  });
  expect(sandbox.truth()).toMatchObject([
    { operationType: 'renew_plan', productId: '11', billingCycle: 'annually', multiCycle: 1 },
    { operationType: 'renew_plan', productId: '11' },
  ]);
  const reconciled = await place.run(['reconcile', 'june', '--json']);
  expect(JSON.parse(reconciled.stdout)).toMatchObject({ exitCode: 0, counts: { succeeded: 2 } });

  renameSync(join(place.folder, 'renew-yearly.js'), join(place.folder, 'moved.js'));
  const gone = await place.run(['reconcile', 'june']);
  expect(gone.status).toBe(2);
  expect(gone.stderr).toContain('renew-yearly.js any more');
  expect(gone.stderr).toContain('Put the file back, or run the batch once more with --job');
  expect((await place.run(['june.csv', '--job', './moved.js'])).status).toBe(0);
  expect((await place.run(['reconcile', 'june'])).status).toBe(0);
  expect(sandbox.truth()).toHaveLength(2);
});

it('a file that is edited has another plan hash', async () => {
  const place = workplace(await sandboxForTest({ pbxs: DEMO_PBXS }));
  place.write('june.csv', FILE);
  place.write('renew-yearly.js', DOCUMENTED);
  const before = await place.summary([...RUN, '--dry-run']);
  place.write('renew-yearly.js', DOCUMENTED.replace("'renew_plan'", "'switch_plan'"));
  const after = await place.summary([...RUN, '--dry-run']);
  expect(after.summary.plan).not.toBe(before.summary.plan);
});

it.each([
  ['./renew-yearly.js', 'export default {', 'cannot be loaded: SyntaxError'],
  ['./renew-yearly.js', 'export default { name: "x" };', 'summary is missing'],
  ['./renew-yearly.js', 'export const job = 1;', 'it exports no definition'],
  [
    './renew-yearly.js',
    DOCUMENTED.replace("'renew-yearly'", "'switch-plan'"),
    'but this program has a job of that name',
  ],
  ['./other.js', '', 'There is no file'],
  ['renew-yearly', DOCUMENTED, 'To use the file in this folder, write --job ./renew-yearly.js'],
  ['switch-plans', DOCUMENTED, 'Did you mean switch-plan?'],
])('--job %s is refused with what to do: %#', async (job, content, said) => {
  const place = workplace();
  place.write('june.csv', FILE);
  place.write('renew-yearly.js', content);
  const { status, stderr } = await place.run(['june.csv', '--job', job]);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
  expect(stderr).not.toContain('    at ');
});
