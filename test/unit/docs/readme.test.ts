import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { typedName } from '../../../src/cli/option.js';
import { runOptionNames } from '../../../src/cli/options.js';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

it('the README has every option of run in its table, and no other', () => {
  const section = README.slice(README.indexOf('## Options of `run`'), README.indexOf('## Input'));
  const named = [...section.matchAll(/^\| `--([a-z-]+)/gm)].map(([, name]) => name);
  expect([...named].sort()).toEqual(runOptionNames.map(typedName).sort());
});
