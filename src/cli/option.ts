import type { z } from 'zod';

/** An option as the command line, the environment and the help know it. */
export interface OptionSpec {
  readonly group: string;
  /** Reads what was typed: text, a list of texts if there may be many, a boolean if there is no value. */
  readonly schema: z.ZodType;
  /** What stands for the value in the help, such as `<duration>`; absent: a flag. */
  readonly value?: string;
  /** The default as a person would type it; absent: none. */
  readonly default?: string;
  /** May be given several times. */
  readonly many?: boolean;
  readonly help: string;
}

/** As it is typed, without the hyphens before it: `max-failures`. */
export const typedName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The variable that stands for it: `BATCH_MAX_FAILURES`. */
export const variableOf = (name: string): string =>
  `BATCH_${typedName(name).toUpperCase().replaceAll('-', '_')}`;
