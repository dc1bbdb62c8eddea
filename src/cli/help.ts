import { fitText } from '../output/fit.js';
import { COMMANDS, type Command } from './commands.js';
import { typedName } from './option.js';
import { type OptionName, specOf } from './options.js';

const PROGRAM = 'yeastar-batch';
/** So wide a left column leaves room for its words beside it, at 80 columns too. */
const WIDEST_NAME = 26;
const WIDEST_EXAMPLE = 36;

type Line = readonly [name: string, help: string];

/** Whether the help is asked for; a word after `--` is a file. */
export const asksForHelp = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h');
};

/** The help of the command that is named, else of `run` with the list of all commands. Pure. */
export function helpText(argv: readonly string[], columns: number): string {
  const named = COMMANDS.find(({ name }) => argv.find((word) => !word.startsWith('-')) === name);
  const [first] = COMMANDS;
  const command = named ?? first;
  if (command === undefined) return '';
  const word = command === first && named === undefined ? '' : ` ${command.name}`;
  const parts = [
    `Usage: ${PROGRAM}${word}${argumentOf(command)} [options]`,
    fitText(`${command.help.charAt(0).toUpperCase()}${command.help.slice(1)}.`, columns),
    ...(named === undefined ? [section('Commands:', commandLines(), columns)] : []),
    ...groupsOf(command).map(([group, options]) =>
      section(
        group,
        options.map((name) => optionLine(command, name)),
        columns,
      ),
    ),
    section(
      'Help:',
      [
        ['--help', 'this text'],
        ['--version', "the program's version"],
      ],
      columns,
    ),
    ...(command.examples === undefined
      ? []
      : [
          section(
            'Examples:',
            command.examples.map(([line, help]) => [line.replace('$0', PROGRAM), help]),
            columns,
            WIDEST_EXAMPLE,
          ),
        ]),
  ];
  return parts.join('\n\n');
}

export const argumentOf = ({ subject, further = [] }: Command): string => {
  if (subject === undefined) return '';
  const words = further.map((name) => ` <${name}>`).join('');
  return `${subject.needed ? ` <${subject.name}>` : ` [${subject.name}]`}${words}`;
};

const commandLines = (): Line[] => [
  ...COMMANDS.map((command): Line => [`${command.name}${argumentOf(command)}`, command.help]),
  ['completion', 'a script for the shell that completes commands, options and batches'],
];

/** The command's options by their groups, each group once. */
function groupsOf({ options }: Command): readonly [string, readonly OptionName[]][] {
  const groups = new Map<string, OptionName[]>();
  for (const name of options)
    groups.set(specOf(name).group, [...(groups.get(specOf(name).group) ?? []), name]);
  return [...groups];
}

function optionLine({ words }: Command, name: OptionName): Line {
  const { value, help, default: usual } = specOf(name);
  const shown = usual === undefined ? '' : ` [${usual}]`;
  return [
    `--${typedName(name)}${value === undefined ? '' : ` ${value}`}`,
    `${words?.[name] ?? help}${shown}`,
  ];
}

/** Names at the left, their words at the right; a name that is too wide has its words below it. */
function section(title: string, lines: readonly Line[], columns: number, widest = WIDEST_NAME): string {
  const width = Math.min(widest, Math.max(...lines.map(([name]) => name.length)));
  const left = width + 4;
  const text = lines.flatMap(([name, help]) => {
    const words = fitText(help, columns - left).split('\n');
    const beside = name.length <= width;
    const rest = (beside ? words.slice(1) : words).map((line) => ' '.repeat(left) + line);
    return [beside ? `  ${name.padEnd(width + 2)}${words[0] ?? ''}` : `  ${name}`, ...rest];
  });
  return [title, ...text].join('\n');
}
