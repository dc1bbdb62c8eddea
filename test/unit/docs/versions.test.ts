import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OLDEST_NODE, refusalOf } from '../../../src/cli/node-version.js';

const read = (name: string): string => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const json = (name: string) =>
  JSON.parse(read(name)) as {
    engines: { node: string };
    devDependencies: Record<string, string>;
  };
const workflows = readdirSync(new URL('../../../.github/workflows/', import.meta.url)).map((name) =>
  read(`.github/workflows/${name}`),
);

it('the oldest Node is the same in engines, README and CONTRIBUTING', () => {
  expect(json('package.json').engines.node).toBe(`>=${OLDEST_NODE}`);
  for (const name of ['README.md', 'CONTRIBUTING.md'])
    expect(read(name)).toContain(`Node ${OLDEST_NODE} or later`);
});

it('the Node that a clone brings, the image and .nvmrc are of one major version', () => {
  const major = read('.nvmrc').trim();
  expect(json('package.json').devDependencies['node']).toMatch(new RegExp(`^[~^]?${major}\\.`));
  const images = [...read('Dockerfile').matchAll(/^FROM node:(\d+)/gm)].map(([, version]) => version);
  expect(images).toEqual(images.map(() => major));
  expect(images.length).toBeGreaterThan(0);
});

it('the workflow tests every Node that is supported, the oldest major among them', () => {
  const tested = /node: \[([\d, ]+)\]/.exec(workflows.join('\n'))?.[1]?.split(', ');
  expect(tested).toEqual(['22', '24', '26']);
  expect(OLDEST_NODE.split('.')[0]).toBe(tested?.[0]);
});

it.each([
  ['20.20.2', true],
  ['22.11.0', true],
  ['22.12.0', false],
  ['24.21.0', false],
  ['26.9.0', false],
])('Node %s is refused: %s', (version, refused) => {
  expect(refusalOf(version) !== undefined).toBe(refused);
});
