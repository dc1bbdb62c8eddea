import type { Argv } from 'yargs';
import yargs from 'yargs';
import { COMMANDS, type Command } from './commands.js';
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
    const { name, subject } = command;
    const argument =
      subject === undefined ? '' : subject.needed ? ` <${subject.name}>` : ` [${subject.name}]`;
    parser.command(
      [`${name}${argument}`, ...(at === 0 ? [`$0${argument}`] : [])],
      command.help,
      (builder) => withOptions(builder, command),
      (read) => start(command, read),
    );
  }
  return parser
    .strict()
    .demandCommand(0, 0)
    .recommendCommands()
    .wrap(100)
    .help()
    .version(ownVersion())
    .completion('completion', 'a script for the shell that completes commands and options')
    .fail(fail);
}

function withOptions(builder: Argv, { subject, options, words, examples }: Command): Argv {
  if (subject !== undefined) {
    const { name, help, needed } = subject;
    builder.positional(name, { type: 'string', describe: help, ...(needed ? { demandOption: true } : {}) });
  }
  for (const name of options) {
    const spec = specOf(name);
    const shown = spec.default === undefined ? '' : ` [${spec.default}]`;
    builder.option(typedName(name), {
      type: spec.value === undefined ? 'boolean' : 'string',
      describe: `${words?.[name] ?? spec.help}${shown}`,
      group: spec.group,
      requiresArg: spec.value !== undefined,
    });
  }
  for (const [example, help] of examples ?? []) builder.example(example, help);
  return builder;
}
