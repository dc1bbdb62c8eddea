import { basename, dirname, relative } from 'node:path';
import type { Environment } from './environment.js';
import { typedName } from './option.js';
import { type OptionName, optionNames } from './options.js';
import type { Given } from './resolve-options.js';

/** A command to type: the program as it was called, the command's name if one is needed, what it is about, options. */
export type CommandLine = (command: string | undefined, subject: string, given: Given) => string;

/**
 * How the user called the program, as it can be typed again in the same folder.
 * @param script the program's file, as Node was given it
 */
export function calledAs(environment: Environment, script: string, cwd: string): string {
  if (environment['npm_lifecycle_event'] === 'batch') {
    const root = dirname(environment['npm_package_json'] ?? '');
    const inside = root === '.' || !relative(root, cwd).startsWith('..');
    return inside ? 'npm run batch --' : `npm --prefix ${quoted(root)} run batch --`;
  }
  if (environment['npm_lifecycle_event'] === 'npx') return 'npx yeastar-batch';
  // npm on Windows has a script in place of a link, which calls the program by its whole path.
  if (/[\\/]node_modules[\\/]yeastar-batch[\\/]/.test(script)) return 'yeastar-batch';
  return basename(script) === 'cli.js' ? `node ${quoted(script)}` : basename(script);
}

export const createCommandLine =
  (program: string): CommandLine =>
  (command, subject, given) =>
    [
      program,
      ...(command === undefined ? [] : [command]),
      // A file whose name begins with a hyphen would be taken for an option.
      quoted(subject.startsWith('-') ? `./${subject}` : subject),
      ...optionNames.flatMap((name) => typed(name, given[name]).map(quoted)),
    ].join(' ');

function typed(name: OptionName, value: Given[OptionName]): readonly string[] {
  const option = `--${typedName(name)}`;
  if (value === undefined) return [];
  if (value === true) return [option];
  if (value === false) return [`${option}=false`];
  return [value].flat().flatMap((one) => (one.startsWith('-') ? [`${option}=${one}`] : [option, one]));
}

/** The options but for some. */
export const without = (given: Given, names: readonly OptionName[]): Given =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name as OptionName)));

/** Of the options only some. */
export const only = (given: Given, names: readonly OptionName[]): Given =>
  Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name as OptionName)));

/** As a shell reads it as one word. */
const quoted = (text: string): string =>
  /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
