import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { without } from '../cli/command-line.js';
import type { RunConfig } from '../cli/config.js';
import type { Environment } from '../cli/environment.js';
import { variableOf } from '../cli/option.js';
import { type RunOption, runOptionNames } from '../cli/options.js';
import { ownVersion } from '../cli/own-version.js';
import type { Given } from '../cli/resolve-options.js';
import type { Clock } from '../common/clock.js';
import { problemOf } from '../common/errors.js';
import { type PortalAccount, writeAccount } from '../common/portal-account.js';
import type { Secrets } from '../common/secrets.js';
import type { Io } from '../output/io.js';
import type { BatchPrice } from '../output/price.js';
import type { CheckedBatch } from './check.js';

interface Begun {
  readonly config: RunConfig;
  readonly given: Given;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly checked: CheckedBatch;
  readonly price: BatchPrice | undefined;
  readonly account: PortalAccount;
}

/** Writes down who runs what, and when, from where, before the first order: for whoever has to account for it. */
export async function noteRun(begun: Begun): Promise<void> {
  const { config, clock, secrets, checked, price, account } = begun;
  const command = { file: config.fileShown, ...settingsOf(begun) };
  await checked.context.ledger.runs.begin({
    batch: config.batch,
    run_no: checked.context.runNo,
    started_at: clock.now(),
    program: thisProgram(),
    machine: hostname(),
    person: loggedIn(),
    command: secrets.scrub(JSON.stringify(command)),
    input_sha256: (await sha256Of(config.file)) ?? null,
    plan_hash: checked.plan,
    account: writeAccount(account),
    price: price === undefined ? null : secrets.scrub(JSON.stringify(price)),
  });
}

/** Writes down how a run ended. The orders are placed and the results written: nothing may keep the summary back. */
export async function noteEnd(
  { config, clock, io }: Pick<Begun, 'config' | 'clock'> & { readonly io: Pick<Io, 'warn'> },
  { context: { ledger, runNo } }: CheckedBatch,
  sent: number | null,
  exitCode: number,
): Promise<void> {
  const ended = { ended_at: clock.now(), sent, exit_code: exitCode };
  try {
    await ledger.runs.end({ batch: config.batch, runNo }, ended);
  } catch (error) {
    io.warn(`the end of the run could not be written to the ledger. ${problemOf(error).message}`);
  }
}

/** An address of a chat is a secret, and one of a ledger may have a password in it. */
const LEFT_OUT: readonly RunOption[] = ['notify', 'ledger'];

/** What the run was told, on the command line or in the environment. */
function settingsOf({ given, environment }: Begun): Given {
  const fromEnvironment = runOptionNames.flatMap((name) => {
    const value = environment[variableOf(name)];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return without({ ...Object.fromEntries(fromEnvironment), ...given }, LEFT_OUT);
}

/** This program's version, and what it runs on. */
export const thisProgram = (): string =>
  `yeastar-batch ${ownVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`;

/** A container may run under a number that has no name. */
function loggedIn(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Of a file in hexadecimal; `undefined`: it cannot be read once more, such as a pipe. */
async function sha256Of(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
