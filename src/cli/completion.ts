import { z } from 'zod';
import { COMMANDS, type Command } from './commands.js';
import { typedName } from './option.js';
import { type OptionName, specOf } from './options.js';

/** What only the machine knows, asked for when it is needed. */
export interface CompletionSources {
  readonly jobs: () => Promise<readonly string[]>;
  readonly batches: () => Promise<readonly string[]>;
}

/** What the script of `completion` hands over: the program's name, then the words so far. */
const ASKED_BY_SHELL = '--get-yargs-completions';

/** The words to complete the last of, if that is what the shell asks for. */
export function wordsToComplete(argv: readonly string[]): readonly string[] | undefined {
  const at = argv.indexOf(ASKED_BY_SHELL);
  return at < 0 ? undefined : argv.slice(at + 2);
}

/**
 * What may stand in place of the last word. Nothing: the shell then offers files.
 * @param words as typed after the program's name; the last one may be empty
 */
export async function completionsFor(
  words: readonly string[],
  sources: CompletionSources,
): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const named = COMMANDS.find(({ name }) => name === before[0]);
  const command = named ?? COMMANDS[0];
  if (command === undefined) return [];
  const option = optionWaiting(command, before.at(-1));
  const offered =
    option === undefined
      ? await atWord(command, named !== undefined, before, current, sources)
      : await valuesOf(option, sources);
  return offered.filter((word) => word.startsWith(current));
}

async function atWord(
  command: Command,
  named: boolean,
  before: readonly string[],
  current: string,
  sources: CompletionSources,
): Promise<readonly string[]> {
  if (current.startsWith('-')) {
    const isLeft = (name: OptionName): boolean =>
      specOf(name).many === true || !before.includes(`--${typedName(name)}`);
    return [...command.options.filter(isLeft).map((name) => `--${typedName(name)}`), '--help'];
  }
  if (before.length === 0) return [...COMMANDS.map(({ name }) => name), 'completion'];
  const subjects = before.filter(
    (word, at) => !word.startsWith('-') && optionWaiting(command, before[at - 1]) === undefined,
  );
  // The command itself is the first.
  const lacksBatch = named && command.subject?.name === 'batch' && subjects.length === 1;
  return lacksBatch ? await sources.batches() : [];
}

/** The option whose value comes next, if the word before is one. */
const optionWaiting = (command: Command, word: string | undefined): OptionName | undefined =>
  command.options.find((name) => specOf(name).value !== undefined && word === `--${typedName(name)}`);

async function valuesOf(name: OptionName, sources: CompletionSources): Promise<readonly string[]> {
  if (name === 'job') return await sources.jobs();
  if (name === 'batch') return await sources.batches();
  const { schema } = specOf(name);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}
