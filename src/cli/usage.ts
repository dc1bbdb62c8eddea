import { existsSync } from 'node:fs';
import { Problem } from '../common/errors.js';
import { COMMANDS, type Command } from './commands.js';
import { nearestCommand, nearestOption } from './nearest-option.js';
import { typedName } from './option.js';
import { optionNames } from './options.js';

const names = [...COMMANDS.map(({ name }) => name), 'completion'];

/** What yargs found wrong, in our words, with the option that was probably meant. */
export function usageProblem(argv: readonly string[], message: string | undefined): Problem {
  const hint = nearestOption(argv, optionNames.map(typedName));
  return new Problem('wrong_usage', sayUsage(argv, message), {
    remedy: [...(hint === undefined ? [] : [hint]), 'See --help.'].join(' '),
  });
}

function sayUsage(argv: readonly string[], message: string | undefined): string {
  const option = /^Not enough arguments following: (.+)$/.exec(message ?? '')?.[1];
  if (option !== undefined) return `--${option} needs a value.`;
  if (message?.startsWith('Not enough non-option arguments')) {
    const command = COMMANDS.find(({ name }) => argv.includes(name)) ?? COMMANDS[0];
    return command?.missing ?? 'A value is missing.';
  }
  const sentence = message ?? 'The command is not understood';
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

/** A word that is neither a command nor a file is a misspelt command, if there is one that is near. */
export function refuseMisspeltCommand(command: Command, path: string, word: string): void {
  if (command.subject?.name !== 'file' || existsSync(path)) return;
  const meant = nearestCommand(word, names);
  if (meant === undefined) return;
  throw new Problem('unknown_command', `There is neither a command nor a file "${word}".`, {
    remedy: `Did you mean the command ${meant}?`,
  });
}
