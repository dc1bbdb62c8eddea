import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Problem } from '../common/errors.js';
import { misspeltVariables } from './nearest-option.js';
import { variableOf } from './option.js';
import { optionNames } from './options.js';
import { PORTAL_VARIABLES } from './portal-access.js';
import type { Given } from './resolve-options.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the user typed the command. npm runs a script in its package's folder and leaves the user's own in INIT_CWD;
 * anywhere else the working folder is where the user typed.
 */
export function whereTyped(environment: Environment, working: string): string {
  const npmRoot = environment['npm_package_json'];
  const movedByNpm = npmRoot !== undefined && dirname(npmRoot) === working;
  return movedByNpm ? (environment['INIT_CWD'] ?? working) : working;
}

/** The environment with the env file that the options name; warns of what is nearly a setting. */
export function readEnvironment(
  environment: Environment,
  given: Given,
  cwd: string,
  warn: (text: string) => void,
): Environment {
  const file = given.envFile ?? environment[variableOf('envFile')];
  const path = typeof file === 'string' && file !== '' ? resolve(cwd, file) : undefined;
  const whole = withEnvFile(environment, path, warn);
  misspeltVariables(Object.keys(whole), [...optionNames.map(variableOf), ...PORTAL_VARIABLES]).forEach(warn);
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
      warn(`Other users can read ${file}, which holds a secret. To prevent that: chmod 600 ${file}`);
    }
  } catch {
    throw new Problem('env_file_unreadable', `The file ${file} cannot be read.`, {
      remedy: 'Check --env-file.',
    });
  }
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
  return { ...parseEnv(text.replace(/^\uFEFF/, '')), ...given };
}
