import { basename, extname, resolve } from 'node:path';
import { Problem } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import { momentAt } from '../common/moment.js';
import { type LedgerLocation, readLocation } from '../ledger/location.js';
import type { Call } from './call.js';
import { assertDistinct } from './distinct-files.js';
import { variableOf } from './option.js';
import type { Options, RunOption } from './options.js';

/** Everything a run needs to know, with every default applied and every path absolute. */
export interface RunConfig extends Omit<Pick<Options, RunOption>, 'batch' | 'out' | 'until' | 'ledger'> {
  readonly file: string;
  /** The file as the user named it. */
  readonly fileShown: string;
  readonly batch: BatchId;
  readonly out: string;
  readonly ledger: LedgerLocation;
  /** No order starts after that, epoch ms. */
  readonly until: number | undefined;
  /** --failures as typed. */
  readonly failuresShown: string | undefined;
  /** Whether --log-level was given: without a log file the log then goes to stderr. */
  readonly logAsked: boolean;
}

type RunCall = Pick<Call<RunOption>, 'subject' | 'options' | 'given' | 'environment' | 'cwd' | 'clock'>;

/** What a run is asked for; paths are relative to `cwd`, where the user typed the command. */
export function runConfigOf({ subject: file, options, given, environment, cwd, clock }: RunCall): RunConfig {
  const path = (name: string): string => resolve(cwd, name);
  const pathOf = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : path(name);
  for (const name of ['fault', 'portal'] as const) {
    if (options[name].length === 0 || options.sandbox) continue;
    throw new Problem('wrong_option', `--${name} works only with --sandbox, not with the real portal.`, {
      remedy: 'Nothing was sent. Add --sandbox to try the program out.',
    });
  }
  const until = options.until === undefined ? undefined : momentAt(options.until, clock.now());
  if (until !== undefined && until < clock.now()) {
    throw new Problem(
      'wrong_option',
      `--until "${given.until ?? environment[variableOf('until')]}" is in the past.`,
      {
        remedy: 'Nothing was sent. Give a time in the future.',
      },
    );
  }
  const config: RunConfig = {
    ...options,
    file: path(file),
    fileShown: file,
    failuresShown: options.failures,
    batch: (options.batch ?? batchOf(file)) as BatchId,
    out: path(options.out ?? besideInput(file, options.sandbox ? '.sandbox.results.csv' : '.results.csv')),
    ledger: readLocation(options.ledger, cwd, options.sandbox ? 'sandbox' : 'portal', environment),
    failures: pathOf(options.failures),
    logFile: pathOf(options.logFile),
    report: pathOf(options.report),
    metricsFile: pathOf(options.metricsFile),
    envFile: pathOf(options.envFile),
    until,
    logAsked: given.logLevel !== undefined || environment[variableOf('logLevel')] !== undefined,
  };
  assertDistinct([
    ['the input', config.file],
    ['--out', config.out],
    ['--failures', config.failures],
    ['--report', config.report],
    ['--metrics-file', config.metricsFile],
    ['--log-file', config.logFile],
    ...config.ledger.files,
    ['--env-file', config.envFile],
  ]);
  return config;
}

/** The batch that a file is if none is named. */
export const batchOf = (file: string): string => basename(file, extname(file));

/** A file beside the input, with another ending: `june.csv` has its results in `june.results.csv`. */
export const besideInput = (file: string, ending: string): string =>
  `${file.slice(0, file.length - extname(file).length)}${ending}`;
