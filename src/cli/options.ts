import type { z } from 'zod';
import type { OptionSpec } from './option.js';
import { count, text } from './option-values.js';
import { PORTAL, RUN_OPTIONS } from './run-options.js';

/**
 * The options, each written once: those of `run` in run-options.ts, the others here. `maxFailures` is `--max-failures` on
 * the command line and BATCH_MAX_FAILURES in the environment; the help, the completion and what is suggested next are
 * made from this.
 */

/** What `run` does not take. */
const OTHER_OPTIONS = {
  port: { group: PORTAL, schema: count(0, 65_535), value: '<n>', default: '0', help: '0: any free one' },
  seed: {
    group: PORTAL,
    schema: count(0),
    value: '<n>',
    default: '1',
    help: 'the start value of the random numbers',
  },
  state: {
    group: PORTAL,
    schema: text.optional(),
    value: '<file>',
    help: 'a file that keeps its orders between starts',
  },
} as const satisfies Record<string, OptionSpec>;

export const OPTIONS = { ...RUN_OPTIONS, ...OTHER_OPTIONS };

export type RunOption = keyof typeof RUN_OPTIONS;
export type OptionName = keyof typeof OPTIONS;
/** What the options mean, with every default applied. */
export type Options = { readonly [N in OptionName]: z.output<(typeof OPTIONS)[N]['schema']> };

export const optionNames = Object.keys(OPTIONS) as readonly OptionName[];
export const runOptionNames = Object.keys(RUN_OPTIONS) as readonly RunOption[];
export const specOf = (name: OptionName): OptionSpec => OPTIONS[name];
