import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { csvOf, PROGRAM, type Workplace, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const file = (name: string) =>
  parse(readFileSync(new URL(`../../docs/ci/${name}`, import.meta.url), 'utf8'), { merge: true });

/** The installed command, in a folder that is put on the path; the CI's own steps install it. */
function install(place: Workplace): string {
  mkdirSync(`${place.folder}/bin`);
  chmodSync(place.write('bin/yeastar-batch', `#!/bin/sh\nexec node "${PROGRAM}" "$@"\n`), 0o755);
  return `${place.folder}/bin:${dirname(process.execPath)}:${process.env['PATH']}`;
}

const inBash = (script: string): string => `bash -eo pipefail <<'SCRIPT'\n${script}\nSCRIPT`;

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly run?: string;
}

it('the steps of the GitHub workflow check the file, show what is to be approved, and place exactly that', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  const { jobs } = file('github.yml');
  const step = (job: string, name: string): string =>
    (jobs[job].steps as Step[]).find((one) => one.name === name)?.run ?? '';
  const env = {
    PATH: install(place),
    FILE: 'orders.csv',
    GITHUB_OUTPUT: `${place.folder}/output`,
    GITHUB_STEP_SUMMARY: `${place.folder}/page.md`,
  };
  expect((await place.type(inBash(step('dry-run', 'Dry run')), env)).status).toBe(0);
  expect(sandbox.truth()).toHaveLength(0);
  expect(place.read('page.md')).toContain('place 3 orders');
  const plan = /^plan=([0-9a-f]{32})\n$/.exec(place.read('output'))?.[1] ?? '';

  const order = inBash(step('place', 'Place the orders'));
  place.write('orders.csv', csvOf(4));
  expect((await place.type(order, { ...env, PLAN: plan })).status).toBe(2);
  place.write('orders.csv', csvOf(3));
  expect((await place.type(order, { ...env, PLAN: plan })).status).toBe(0);
  expect(sandbox.truth()).toHaveLength(3);
  for (const name of ['results.csv', 'report.html', 'run.log']) expect(place.exists(name)).toBe(true);
});

it('the dry run of the GitHub workflow fails on findings, and gives no plan to approve', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', 'sn,plan\nA1,No such plan\n');
  const { jobs } = file('github.yml');
  const script = (jobs['dry-run'].steps as Step[]).find(({ id }) => id === 'dry-run')?.run ?? '';
  const output = `${place.folder}/output`;
  const env = { PATH: install(place), FILE: 'orders.csv', GITHUB_OUTPUT: output };
  expect((await place.type(inBash(script), env)).status).toBe(2);
  expect(place.exists('output')).toBe(false);
});

it('the jobs of the GitLab file check the file, show what is to be approved, and place exactly that', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  const jobs = file('gitlab.yml');
  const script = (job: string): string => inBash((jobs[job].script as string[]).join('\n'));
  const env = { PATH: install(place), FILE: 'orders.csv' };
  const page = String(jobs['dry-run'].variables.GITHUB_STEP_SUMMARY);
  const dry = await place.type(script('dry-run'), {
    ...env,
    GITHUB_STEP_SUMMARY: page.replace('$CI_PROJECT_DIR', place.folder),
  });
  expect(dry.status).toBe(0);
  expect(place.read('approve-this.md')).toContain('place 3 orders');
  const plan = /^PLAN=([0-9a-f]{32})\n$/.exec(place.read('plan.env'))?.[1] ?? '';
  expect((await place.type(script('place'), { ...env, PLAN: plan })).status).toBe(0);
  expect(sandbox.truth()).toHaveLength(3);
});

it('both CI files keep everything that the program writes beside the file', () => {
  const steps = file('github.yml').jobs.place.steps as { uses?: string; with?: { path?: string } }[];
  const github = steps
    .filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
    .flatMap((step) => step.with?.path?.trim().split('\n') ?? []);
  const gitlab = (file('gitlab.yml').place.artifacts.paths as string[]).map((path) =>
    path.replace(/\/$/, ''),
  );
  const all = ['.batch', 'failures.csv', 'report.html', 'results.csv', 'run.log'];
  expect({ github: github.sort(), gitlab: gitlab.sort() }).toEqual({ github: all, gitlab: all });
});
