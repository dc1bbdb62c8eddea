import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createParser } from '../../../src/cli/parser.js';
import { givenOf, resolveOptions } from '../../../src/cli/resolve-options.js';
import { commandsIn } from '../../support/shell-words.js';

const root = new URL('../../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');
const DOCUMENTS = [
  'README.md',
  ...readdirSync(new URL('docs', root)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const CI_FILES = readdirSync(new URL('docs/ci', root)).map((name) => `docs/ci/${name}`);

/** The commands of ours that a document shows in its blocks, and those that a file for a CI runs. */
const commands = [
  ...DOCUMENTS.flatMap((name) =>
    [...read(name).matchAll(/^ *```(?:sh|cron|text|yaml)\n([\s\S]*?)^ *```/gm)].flatMap(([, block]) =>
      ourCommands(name, block ?? ''),
    ),
  ),
  ...CI_FILES.flatMap((name) => ourCommands(name, read(name))),
];

function ourCommands(name: string, script: string): { name: string; args: readonly string[] }[] {
  // A line of a YAML list, a comment behind a command, and what a person is to fill in.
  const plain = script
    .replace(/^ *- /gm, '')
    .replace(/^ *run: /gm, '')
    .replace(/ +#.*$/gm, '')
    .replace(/<([a-z]+)>/g, '$1');
  return commandsIn(plain, ['yeastar-batch', 'npm'])
    .map((words) => (words[0] === 'npm' ? afterRunBatch(words) : words.slice(1)))
    .flatMap((args) => (args === undefined || args.length === 0 ? [] : [{ name, args }]));
}

/** What follows `npm run batch --`. */
function afterRunBatch(words: readonly string[]): readonly string[] | undefined {
  const at = words.indexOf('--');
  return words.includes('batch') && at !== -1 ? words.slice(at + 1) : undefined;
}

describe('every command that a document or a CI file shows', () => {
  it('is found: in the README, the runbook and both CI files', () => {
    const names = new Set(commands.map(({ name }) => name));
    for (const name of ['README.md', 'docs/operations.md', ...CI_FILES]) expect(names).toContain(name);
    expect(commands.length).toBeGreaterThan(20);
  });

  it.each(commands.map(({ name, args }) => [name, args.join(' '), args] as const))(
    '%s: yeastar-batch %s can be read',
    async (_, __, args) => {
      const problems: unknown[] = [];
      let ran = '';
      const parser = createParser(
        args,
        async (command, words) => {
          ran = command.name;
          resolveOptions(command.options, givenOf(words), {});
        },
        (message, error) => problems.push(message ?? error),
      );
      await parser.parseAsync();
      expect(problems).toEqual([]);
      expect(ran).not.toBe('');
    },
  );
});

it('a command that cannot be read is noticed', () => {
  expect(ourCommands('x', 'cd a && yeastar-batch "$F" --plam \'x y\' > out # why')).toEqual([
    { name: 'x', args: ['$F', '--plam', 'x y'] },
  ]);
});
