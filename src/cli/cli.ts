import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Argv } from 'yargs';
import yargs from 'yargs';
import { systemClock } from '../common/clock.js';
import { EXIT, Problem, SIGNAL_EXIT } from '../common/errors.js';
import { createReleasers } from '../common/releasers.js';
import { createSecrets } from '../common/secrets.js';
import { createStop } from '../common/stop.js';
import type { Environment, Typed } from './config.js';
import { createIo } from './io.js';
import { type OptionSpec, RUN_OPTIONS, type RunOption } from './options.js';
import { ownVersion } from './own-version.js';
import { handleSignals } from './signals.js';

const secrets = createSecrets();
const io = createIo(secrets);
const clock = systemClock;
const releasers = createReleasers();
const stop = createStop();
const cwd = whereTyped(process.env, process.cwd());

/**
 * npm runs a script in its package's folder and leaves the user's own in INIT_CWD; anywhere else the working
 * folder is where the user typed.
 */
function whereTyped(environment: Environment, working: string): string {
  const npmRoot = environment['npm_package_json'];
  const movedByNpm = npmRoot !== undefined && dirname(npmRoot) === working;
  return movedByNpm ? (environment['INIT_CWD'] ?? working) : working;
}

/**
 * Adds options from their one table to a command.
 * @param words what an option is to this command, where that is not what it is to `run`
 */
function withOptions<T>(
  command: Argv<T>,
  names: readonly RunOption[],
  words: Partial<Record<RunOption, string>> = {},
): Argv<T> {
  for (const name of names) {
    const spec: OptionSpec = RUN_OPTIONS[name];
    const shown = spec.default === undefined ? '' : ` [${spec.default}]`;
    command.option(name, {
      type: spec.kind === 'flag' ? 'boolean' : 'string',
      describe: `${words[name] ?? spec.describe}${shown}`,
      group: spec.group,
      requiresArg: spec.kind === 'text',
    });
  }
  return command;
}

/** Loaded when a command runs: the help has no use for it. */
const loadConfig = () => import('./config.js');

const environmentOf = async (typed: Typed): Promise<Environment> =>
  (await loadConfig()).readEnvironment(process.env, typed, cwd, (text) => io.say(`Warning: ${text}`));

/** Runs a command to its exit status; a problem is said with its remedy, a defect keeps its stack. */
async function finish(command: () => Promise<number>): Promise<void> {
  let status: number;
  try {
    status = await command();
  } catch (error) {
    status = sayError(error);
  }
  await releasers.run();
  process.exitCode = status;
  // What is left may be a watch on the portal that nobody waits for any more.
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit(status);
}

const drained = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((done) => {
    if (stream.writableLength === 0) done();
    else stream.write('', () => done());
  });

function sayError(error: unknown): number {
  if (error instanceof Problem) {
    io.say(`${error.message}${error.remedy === undefined ? '' : ` ${error.remedy}`}`);
    const reason = stop.reason();
    if (reason?.kind === 'signal') return SIGNAL_EXIT[reason.signal];
    return error.exitStatus;
  }
  io.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  io.say(
    'This is a defect of this program. Nothing in flight is forgotten: the same command settles it first.',
  );
  return EXIT.stoppedEarly;
}

async function runCommand(typed: Typed): Promise<number> {
  const environment = await environmentOf(typed);
  const file = String(typed['file']);
  const { nearestCommand } = await import('./nearest-option.js');
  const meant = existsSync(resolve(cwd, file)) ? undefined : nearestCommand(file, COMMANDS);
  if (meant !== undefined) {
    throw new Problem('unknown_command', `There is neither a command nor a file "${file}".`, {
      remedy: `Did you mean the command ${meant}?`,
    });
  }
  const config = (await loadConfig()).resolveRunConfig(file, typed, environment, cwd);
  const { run } = await import('../commands/run.js');
  const { onSending } = handleSignals(stop, io);
  return run({
    config,
    environment,
    argv: process.argv.slice(2),
    io,
    clock,
    stop,
    secrets,
    releasers,
    onSending,
  });
}

const OF_A_BATCH = ['results', 'report', 'reconcile'];
const COMMANDS = ['run', 'status', 'results', 'report', 'reconcile', 'jobs', 'sandbox', 'completion'];
const LEDGER_OPTIONS = ['ledger', 'sandbox'] as const;
const LEDGER_WORDS = { sandbox: "the sandbox's ledger, not that of real orders", json: 'as JSON on stdout' };
const RECONCILE_WORDS = { ...LEDGER_WORDS, sandbox: "the sandbox's orders, not real ones" };
/** As `status` lists it. */
const A_BATCH = { type: 'string', describe: 'a batch, as the command status lists it' } as const;
const RECONCILE_OPTIONS = [
  ...LEDGER_OPTIONS,
  'json',
  'lock-wait',
  'settle',
  'timeout',
  'rate',
  'concurrency',
  'give-up-after',
  'log-file',
  'log-level',
  'env-file',
] as const;

async function ledgerOf(typed: Typed) {
  const { ledgerPath, resolveOptions } = await loadConfig();
  const environment = await environmentOf(typed);
  const options = resolveOptions(typed, environment);
  return { environment, options, ledger: ledgerPath(resolve(cwd, options.ledger), options.sandbox) };
}

/** yargs' words for what is wrong, in ours. */
function sayUsage(message: string | undefined): string {
  const option = /^Not enough arguments following: (.+)$/.exec(message ?? '')?.[1];
  if (option !== undefined) return `--${option} needs a value.`;
  if (message?.startsWith('Not enough non-option arguments')) {
    const command = process.argv[2] ?? '';
    return OF_A_BATCH.includes(command)
      ? `The batch is missing, as in \`yeastar-batch ${command} june\`: the command status lists them.`
      : 'The CSV file is missing, as in `yeastar-batch orders.csv`.';
  }
  return message ?? 'The command cannot be understood.';
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

await yargs(process.argv.slice(2))
  .scriptName('yeastar-batch')
  .parserConfiguration({
    'boolean-negation': false,
    'camel-case-expansion': false,
    'parse-positional-numbers': false,
  })
  .command(
    ['run <file>', '$0 <file>'],
    'check the file, resolve names, place the orders, write the results',
    (command) =>
      withOptions(
        command.positional('file', { type: 'string', describe: 'the CSV with a header', demandOption: true }),
        Object.keys(RUN_OPTIONS) as RunOption[],
      )
        .example('$0 orders.csv --dry-run', 'check a file and see what would be ordered')
        .example('$0 orders.csv --sandbox', 'try it out: no real order is placed')
        .example('$0 orders.csv --limit 10', 'place the first ten orders; the same command goes on'),
    (typed) => finish(() => runCommand(typed)),
  )
  .command(
    'status [batch]',
    "the ledger's batches, or one batch's counts and open rows",
    (command) => withOptions(command.positional('batch', A_BATCH), [...LEDGER_OPTIONS, 'json'], LEDGER_WORDS),
    (typed) =>
      finish(async () => {
        const { status } = await import('../commands/status.js');
        const { options, ledger } = await ledgerOf({ ...typed, batch: undefined });
        return status(
          { batch: typed.batch, ledger, sandbox: options.sandbox, json: options.json },
          io,
          clock,
        );
      }),
  )
  .command(
    'results <batch>',
    "write a batch's results CSV again, from the ledger",
    (command) =>
      withOptions(
        command.positional('batch', { ...A_BATCH, demandOption: true }),
        ['out', ...LEDGER_OPTIONS],
        LEDGER_WORDS,
      ),
    (typed) =>
      finish(async () => {
        const { results } = await import('../commands/results.js');
        const { options, ledger } = await ledgerOf({ ...typed, batch: undefined });
        const { out, sandbox } = options;
        return results({ batch: typed.batch, out, ledger, sandbox, cwd }, io, clock);
      }),
  )
  .command(
    'report <batch>',
    'the batch as one HTML page, from the ledger',
    (command) =>
      withOptions(
        command.positional('batch', { ...A_BATCH, demandOption: true }),
        LEDGER_OPTIONS,
        LEDGER_WORDS,
      ).option('out', {
        type: 'string',
        group: RUN_OPTIONS.out.group,
        describe: "the page (default: beside the batch's file, as <file>.report.html)",
        requiresArg: true,
      }),
    (typed) =>
      finish(async () => {
        const { report } = await import('../commands/report.js');
        const { options, ledger } = await ledgerOf({ ...typed, batch: undefined, out: undefined });
        return report(
          { batch: typed.batch, out: text(typed.out), ledger, sandbox: options.sandbox, cwd },
          io,
          clock,
        );
      }),
  )
  .command(
    'reconcile <batch>',
    'settle rows in_doubt and pending against the portal; places no order',
    (command) =>
      withOptions(
        command.positional('batch', { ...A_BATCH, demandOption: true }),
        RECONCILE_OPTIONS,
        RECONCILE_WORDS,
      ),
    (typed) =>
      finish(async () => {
        const { reconcile } = await import('../commands/reconcile.js');
        handleSignals(stop, io).onSending(() => undefined);
        const batch = typed.batch;
        return reconcile({
          ...(await ledgerOf({ ...typed, batch: undefined })),
          batch,
          argv: process.argv.slice(2),
          io,
          clock,
          stop,
          secrets,
          releasers,
        });
      }),
  )
  .command(
    'jobs',
    'the jobs in jobs/, with their columns',
    (command) => withOptions(command, ['json'], LEDGER_WORDS),
    (typed) =>
      finish(async () => {
        const { jobs } = await import('../commands/jobs.js');
        return jobs(typed['json'] === true, io);
      }),
  )
  .command(
    'sandbox',
    'a simulated Partner Portal on loopback, until stopped',
    (command) =>
      withOptions(command, ['fault', 'portal'], {
        fault: 'what goes wrong and how often, such as reset:30% (may be repeated)',
        portal: 'what the portal is like, such as reference=nowhere (may be repeated; see docs/sandbox.md)',
      })
        .option('port', { type: 'number', default: 0, describe: '0: any free one' })
        .option('seed', { type: 'number', default: 1, describe: 'where the chance of the faults starts' })
        .option('state', { type: 'string', describe: 'a file that keeps its orders between starts' }),
    (typed) =>
      finish(async () => {
        const { sandbox } = await import('../commands/sandbox.js');
        handleSignals(stop, io).onSending(() => undefined);
        const stopped = new Promise<void>((done) => {
          stop.signal.addEventListener('abort', () => done(), { once: true });
        });
        const [faults = [], portal = []] = ['fault', 'portal'].map((name) =>
          [typed[name] ?? []].flat().map(String),
        );
        const state = text(typed.state);
        return sandbox(
          { port: typed.port, seed: typed.seed, faults, portal, state: state && resolve(cwd, state) },
          io,
          stopped,
        );
      }),
  )
  .strict()
  .demandCommand(0, 0)
  .recommendCommands()
  .wrap(100)
  .help()
  .version(ownVersion())
  .completion('completion', 'a script for the shell that completes commands and options')
  .fail(async (message, error) => {
    // What yargs itself finds wrong comes as an error of its own now and then.
    if (error !== undefined && error.name !== 'YError') throw error;
    const { nearestOption } = await import('./nearest-option.js');
    const hint = nearestOption(process.argv.slice(2), [...Object.keys(RUN_OPTIONS), 'port', 'seed', 'state']);
    io.say(
      [sayUsage(message ?? error?.message), ...(hint === undefined ? [] : [hint]), 'See --help.'].join('\n'),
    );
    process.exit(EXIT.nothingSent);
  })
  .parseAsync();
