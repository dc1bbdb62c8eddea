import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { problemsOfWorkflow } from '../../support/github-workflow.js';

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/ci/${name}`, import.meta.url), 'utf8');

describe('the GitHub workflow of the docs', () => {
  const text = read('github.yml');

  it("is accepted by GitHub's own parser, as this repository's own is", async () => {
    expect(await problemsOfWorkflow(text)).toEqual([]);
    expect(await problemsOfWorkflow(read('../../.github/workflows/ci.yml'))).toEqual([]);
  });

  it.each([
    ['runs-on:', 'run-on:'],
    ['steps.dry-run.outputs', 'step.dry-run.outputs'],
    ['if: always()', 'if: allways()'],
    ['needs: dry-run', 'needs: dryrun'],
  ])('would not be accepted if it had not "%s" but "%s"', async (right, wrong) => {
    expect(text).toContain(right);
    expect(await problemsOfWorkflow(text.replace(right, wrong))).not.toEqual([]);
  });

  it('gives the credentials to the two steps that need them, as the environment alone', () => {
    expect(text.match(/secrets\.YEASTAR_CLIENT_SECRET/g)).toHaveLength(2);
    // What a person or a file can choose is never made part of a script.
    for (const [, script] of text.matchAll(/run: (.*)/g)) expect(script).not.toContain('${{');
  });
});

describe('the GitLab file of the docs', () => {
  const text = read('gitlab.yml');

  it("is accepted by GitLab's schema and has its two jobs, the second one by hand", () => {
    expect(jobsOf(text)).toEqual([
      'name;stage;when;allowFailure;environment;needs',
      'dry-run;check;on_success;false;yeastar-dry-run;',
      'place;place;manual;false;yeastar-orders;[dry-run]',
    ]);
  });

  it.each([
    ['policy: pull', 'policy: get'],
    ['stage: place', 'stage: order'],
    ['when: always', 'wenn: always'],
  ])('would not be accepted if it had not "%s" but "%s"', (right, wrong) => {
    expect(text).toContain(right);
    expect(() => jobsOf(text.replace(right, wrong))).toThrow();
  });
});

/** The jobs that GitLab would make of a file, in a repository of its own. Throws if it is not accepted. */
function jobsOf(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'gitlab-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, '.gitlab-ci.yml'), text);
  mkdirSync(join(folder, 'home'));
  const env = {
    PATH: process.env['PATH'],
    HOME: join(folder, 'home'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch', 'main');
  git('remote', 'add', 'origin', 'https://gitlab.example.com/team/orders.git');
  git('add', '.gitlab-ci.yml');
  git('commit', '--quiet', '--message', 'files');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  const require = createRequire(import.meta.url);
  const checker = join(require.resolve('gitlab-ci-local/package.json'), '..', 'dist', 'index.js');
  const listed = execFileSync(process.execPath, [checker, '--list-csv-all', '--no-color'], {
    cwd: folder,
    env,
    stdio: 'pipe',
    encoding: 'utf8',
  });
  return listed.trim().split('\n');
}
