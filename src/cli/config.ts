import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Problem } from '../common/errors.js';
import type { BatchId } from '../common/ids.js';
import type { Credentials } from '../portal/token.js';
import { assertDistinct } from './distinct-files.js';
import { misspeltVariables } from './nearest-option.js';
import { type OptionSpec, RUN_OPTIONS, type RunOption } from './options.js';
import { type RunOptions, runOptionsSchema } from './options-schema.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the command line gave: text as typed, flags as booleans; absent: not given. */
export type Typed = Readonly<Record<string, unknown>>;

export interface PortalAccess {
  readonly baseUrl: string;
  readonly credentials: Credentials;
}

/** Everything a run needs to know, with every default applied and every path absolute. */
export interface RunConfig extends Omit<RunOptions, 'batch' | 'out'> {
  readonly file: string;
  /** The file as the user named it. */
  readonly fileShown: string;
  readonly batch: BatchId;
  readonly out: string;
  /** The ledger of real orders, also where the sandbox's is used. */
  readonly realLedger: string;
  /** --failures as typed. */
  readonly failuresShown: string | undefined;
  /** Whether --log-level was given: without a log file the log then goes to stderr. */
  readonly logAsked: boolean;
}

/** The portal's address (tutorial). */
const PORTAL_URL = 'https://openapi.partner.yeastar.com';

/** The variable that stands for an option: `--max-attempts` is `BATCH_MAX_ATTEMPTS`. */
export const variableOf = (option: string): string => `BATCH_${option.toUpperCase().replaceAll('-', '_')}`;

/**
 * Options from the command line, else the environment, else the env file, else the default.
 * @param cwd where the user typed the command; paths are relative to it
 */
export function resolveRunConfig(
  file: string,
  typed: Typed,
  environment: Environment,
  cwd: string,
): RunConfig {
  const options = resolveOptions(typed, environment);
  const path = (name: string): string => resolve(cwd, name);
  for (const name of ['fault', 'portal'] as const) {
    if (options[name].length === 0 || options.sandbox) continue;
    throw new Problem('wrong_option', `--${name} works only with --sandbox, not with the real portal.`, {
      remedy: 'Nothing was sent. Add --sandbox to try the program out.',
    });
  }
  const config: RunConfig = {
    ...options,
    file: path(file),
    fileShown: file,
    failuresShown: options.failures,
    batch: (options.batch ?? batchOf(file)) as BatchId,
    out: path(options.out ?? `${file.slice(0, file.length - extname(file).length)}.results.csv`),
    ledger: ledgerPath(path(options.ledger), options.sandbox),
    realLedger: path(options.ledger),
    ...(options.failures === undefined ? {} : { failures: path(options.failures) }),
    ...(options['log-file'] === undefined ? {} : { 'log-file': path(options['log-file']) }),
    ...(options.report === undefined ? {} : { report: path(options.report) }),
    ...(options['metrics-file'] === undefined ? {} : { 'metrics-file': path(options['metrics-file']) }),
    logAsked: typed['log-level'] !== undefined || environment[variableOf('log-level')] !== undefined,
  };
  assertDistinct([
    ['the input', config.file],
    ['--out', config.out],
    ['--failures', config.failures],
    ['--report', config.report],
    ['--metrics-file', config['metrics-file']],
    ['--log-file', config['log-file']],
    ['--ledger', config.ledger],
    ["the ledger's lock", `${config.ledger}.lock`],
    ['--env-file', options['env-file'] === undefined ? undefined : path(options['env-file'])],
  ]);
  return config;
}

/** The batch that a file is where none is named. */
export const batchOf = (file: string): string => basename(file, extname(file));

/** The sandbox keeps a ledger of its own beside the real one: `x.db` stands for `x.sandbox.db`, which may be named too. */
export function ledgerPath(path: string, sandbox: boolean): string {
  const name = basename(path, extname(path));
  return sandbox && !name.endsWith('.sandbox')
    ? resolve(dirname(path), `${name}.sandbox${extname(path)}`)
    : path;
}

/** The options alone, for commands without a file. */
export function resolveOptions(typed: Typed, environment: Environment): RunOptions {
  const raw: Record<string, unknown> = {};
  const source: Record<string, string> = {};
  for (const [name, spec] of Object.entries(RUN_OPTIONS) as [RunOption, OptionSpec][]) {
    const variable = variableOf(name);
    const given = typed[name];
    const value = given ?? (environment[variable] === '' ? undefined : environment[variable]);
    source[name] = given === undefined && value !== undefined ? variable : `--${name}`;
    if (spec.kind === 'flag') raw[name] = flagValue(value, source[name]);
    else if (spec.many) raw[name] = value === undefined ? [] : [value].flat();
    else raw[name] = once(value, source[name]) ?? spec.default;
  }
  const parsed = runOptionsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    // Whoever has a webhook's address can post to it.
    const value = name === 'notify' ? '' : ` "${String(raw[name])}"`;
    return `${source[name] ?? name}${value} ${issue.message}`;
  });
  throw new Problem('wrong_option', `${wrong.join('; ')}.`, { remedy: 'See --help.' });
}

function once(value: unknown, source: string): unknown {
  if (!Array.isArray(value)) return value;
  throw new Problem('wrong_option', `${source} is given more than once.`, { remedy: 'Give it once.' });
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

const CREDENTIALS = ['YEASTAR_CLIENT_ID', 'YEASTAR_CLIENT_SECRET', 'YEASTAR_BASE_URL'];

/** The environment with the env file that the options name; warns of what is nearly a setting. */
export function readEnvironment(
  environment: Environment,
  typed: Typed,
  cwd: string,
  warn: (text: string) => void,
): Environment {
  const file = typed['env-file'] ?? environment[variableOf('env-file')];
  const path = typeof file === 'string' && file !== '' ? resolve(cwd, file) : undefined;
  const whole = withEnvFile(environment, path, warn);
  const known = [...Object.keys(RUN_OPTIONS).map(variableOf), ...CREDENTIALS];
  misspeltVariables(Object.keys(whole), known).forEach(warn);
  return whole;
}

/**
 * The environment with an env file behind it: what is set already wins.
 * @param warn told when others than the owner can read the file
 */
export function withEnvFile(
  environment: Environment,
  file: string | undefined,
  warn: (text: string) => void,
): Environment {
  if (file === undefined) return environment;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
    if ((statSync(file).mode & 0o077) !== 0) {
      warn(`Others can read ${file}, which holds a secret. Keep it to yourself: chmod 600 ${file}`);
    }
  } catch {
    throw new Problem('env_file_unreadable', `The file ${file} cannot be read.`, {
      remedy: 'Check --env-file.',
    });
  }
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
  return { ...parseEnv(text.replace(/^\uFEFF/, '')), ...given };
}

/** Where the portal is and who asks; from the environment alone, never from an argument. */
export function portalAccess(environment: Environment): PortalAccess {
  const missing = ['YEASTAR_CLIENT_ID', 'YEASTAR_CLIENT_SECRET'].filter((name) => !environment[name]?.trim());
  if (missing.length > 0) {
    throw new Problem(
      'credentials_missing',
      `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.`,
      {
        remedy:
          'Give the credentials in the environment or with --env-file, or try the program out with --sandbox.',
      },
    );
  }
  return {
    baseUrl: checkedBaseUrl(environment['YEASTAR_BASE_URL']?.trim() || PORTAL_URL),
    credentials: {
      clientId: environment['YEASTAR_CLIENT_ID']?.trim() ?? '',
      clientSecret: environment['YEASTAR_CLIENT_SECRET']?.trim() ?? '',
    },
  };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function checkedBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password) {
    throw new Problem('base_url', 'YEASTAR_BASE_URL carries a user name or a password.', {
      remedy: 'Leave them out.',
    });
  }
  if (
    url === undefined ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
  ) {
    throw new Problem('base_url', `YEASTAR_BASE_URL "${text}" is neither https nor loopback.`, {
      remedy: `Write an address such as ${PORTAL_URL}: the secret must not travel in the clear.`,
    });
  }
  if (url.search !== '' || url.hash !== '') {
    throw new Problem('base_url', `YEASTAR_BASE_URL "${text}" carries a query or a fragment.`, {
      remedy: `Write the address alone, such as ${PORTAL_URL}.`,
    });
  }
  return url.href.replace(/\/+$/, '');
}
