import type { Argv } from 'yargs';
import yargs from 'yargs';
import { COMMANDS, type Command } from './commands.js';
import { argumentOf } from './help.js';
import { typedName } from './option.js';
import { specOf } from './options.js';
import { ownVersion } from './own-version.js';

export type Read = Readonly<Record<string, unknown>>;

/**
 * The command line, built from the tables of commands and options.
 * @param start runs a command
 * @param fail is told what yargs found wrong, in its own words
 */
export function createParser(
  argv: readonly string[],
  start: (command: Command, read: Read) => Promise<void>,
  fail: (message: string | undefined, error: Error | undefined) => void,
): Argv {
  const parser = yargs(argv).scriptName('yeastar-batch').parserConfiguration({
    'boolean-negation': false,
    'camel-case-expansion': false,
    'parse-positional-numbers': false,
  });
  for (const [at, command] of COMMANDS.entries()) {
    const { name } = command;
    const argument = argumentOf(command);
    parser.command(
      [`${name}${argument}`, ...(at === 0 ? [`$0${argument}`] : [])],
      command.help,
      (builder) => withOptions(builder, command),
      (read) => start(command, read),
    );
  }
  return (
    parser
      .strict()
      .demandCommand(0, 0)
      .recommendCommands()
      // Written by help.ts, from the same tables.
      .help(false)
      .version(ownVersion())
      .completion('completion')
      .fail(fail)
  );
}

function withOptions(builder: Argv, { subject, further = [], options }: Command): Argv {
  if (subject !== undefined) {
    builder.positional(subject.name, { type: 'string', ...(subject.needed ? { demandOption: true } : {}) });
  }
  for (const name of further) builder.positional(name, { type: 'string', demandOption: true });
  for (const name of options) {
    const { value } = specOf(name);
    builder.option(typedName(name), {
      type: value === undefined ? 'boolean' : 'string',
      requiresArg: value !== undefined,
    });
  }
  return builder;
}
