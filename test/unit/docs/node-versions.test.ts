import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OLDEST_NODE } from '../../../src/cli/node-version.js';

const read = (name: string): string => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found ?? '');

const pkg = JSON.parse(read('package.json'));
const OLDEST_MAJOR = Number.parseInt(OLDEST_NODE, 10);
const OWN_MAJOR = /^\^(\d+)\./.exec(pkg.devDependencies.node)?.[1];
const SUPPORTED = ['22', '24', '26'];

describe('which Nodes the program runs on', () => {
  it('package.json says as the program does', () => {
    expect(pkg.engines.node).toBe(`^${OLDEST_NODE}.0 || >=24`);
    expect(SUPPORTED[0]).toBe(String(OLDEST_MAJOR));
  });

  it.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/operations.md'])(
    '%s says as the program does',
    (name) => {
      const named = all(read(name), /Node (\d+(?:\.\d+)?) or later/g);
      expect(named.length).toBeGreaterThan(0);
      expect(new Set(named)).toEqual(new Set([OLDEST_NODE]));
    },
  );

  it('README and workflow name the same versions', () => {
    expect(read('README.md')).toContain('(22, 24 and 26 are tested)');
    expect(all(read('.github/workflows/ci.yml'), /^ +node: \[(.+)\]$/gm)).toEqual([SUPPORTED.join(', ')]);
  });
});

describe('the Node that a clone brings', () => {
  it.each([
    ['Dockerfile', /^FROM node:(\d+)-slim/gm, 2],
    ['docs/ci/gitlab.yml', /image: node:(\d+)$/gm, 1],
    ['docs/ci/github.yml', /node-version: (\d+)$/gm, 2],
    ['.github/workflows/ci.yml', /node-version: (\d+)$/gm, 1],
    ['.nvmrc', /^(\d+)$/gm, 1],
  ])('is the one in %s', (name, pattern, times) => {
    expect(all(read(name), pattern)).toEqual(Array.from({ length: times }, () => OWN_MAJOR));
  });

  it('and no other package needs scripts to be installed', () => {
    expect(pkg.allowScripts).toEqual({ 'better-sqlite3': false, node: true });
  });
});

it('what the Dockerfile copies is not ignored', () => {
  const copied = all(read('Dockerfile'), /^COPY (?!--)(.+) \S+$/gm).flatMap((names) => names.split(' '));
  const given = all(read('.dockerignore'), /^!(.+)$/gm);
  expect(copied.sort()).toEqual(given.sort());
});

it('the lock file names no registry', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
});
