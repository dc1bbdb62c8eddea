import { z } from 'zod';
import { Problem } from '../common/errors.js';
import type { Environment } from './environment.js';
import { typedName, variableOf } from './option.js';
import { type OptionName, type Options, optionNames, specOf } from './options.js';

/** The options that the command line gave, as typed: `true` or `false` for a flag, a list for one that may be repeated. */
export type Given = Readonly<Partial<Record<OptionName, string | boolean | readonly string[]>>>;

/** Picks what was given out of what yargs read, which has each option under the name that is typed. */
export function givenOf(read: Readonly<Record<string, unknown>>): Given {
  const given: Partial<Record<OptionName, string | boolean | readonly string[]>> = {};
  for (const name of optionNames) {
    const value = read[typedName(name)];
    if (value === undefined) continue;
    const { value: takesValue, many } = specOf(name);
    if (takesValue === undefined) given[name] = [value].flat().at(-1) === true;
    else if (many === true) given[name] = [value].flat().map(String);
    else if (Array.isArray(value)) throw moreThanOnce(name);
    else given[name] = String(value);
  }
  return given;
}

/** Whether a flag is on, by the arguments alone: also for a command line that cannot be read. */
export function isFlagGiven(name: OptionName, argv: readonly string[], environment: Environment): boolean {
  if (argv.includes(`--${typedName(name)}`)) return true;
  return /^\s*(1|true|yes|on)\s*$/i.test(environment[variableOf(name)] ?? '');
}

/** What the options mean: from the command line, else the environment, else the default. */
export function resolveOptions<N extends OptionName>(
  names: readonly N[],
  given: Given,
  environment: Environment,
): Pick<Options, N> {
  const wrong: string[] = [];
  const resolved = names.map((name) => {
    const spec = specOf(name);
    const variable = environment[variableOf(name)] || undefined;
    const source =
      given[name] === undefined && variable !== undefined ? variableOf(name) : `--${typedName(name)}`;
    const raw = given[name] ?? variable;
    const value =
      spec.value === undefined
        ? flagValue(raw, source)
        : spec.many === true
          ? [raw ?? []].flat()
          : (raw ?? spec.default);
    const parsed = z.safeParse(spec.schema, value);
    if (!parsed.success) {
      // Whoever has a webhook's address can post to it.
      const shown = name === 'notify' ? '' : ` "${String(raw)}"`;
      wrong.push(...parsed.error.issues.map(({ message }) => `${source}${shown} ${message}`));
    }
    return [name, parsed.data] as const;
  });
  if (wrong.length > 0) throw new Problem('wrong_option', `${wrong.join('; ')}.`, { remedy: 'See --help.' });
  return Object.fromEntries(resolved) as Pick<Options, N>;
}

function flagValue(value: unknown, source: string): boolean {
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  const text = String(value).trim().toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(text)) return true;
  if (['0', 'false', 'no', 'off'].includes(text)) return false;
  throw new Problem('wrong_option', `${source} "${text}" is neither true nor false.`, {
    remedy: 'Write true or false.',
  });
}

const moreThanOnce = (name: OptionName): Problem =>
  new Problem('wrong_option', `--${typedName(name)} is given more than once.`, { remedy: 'Give it once.' });
