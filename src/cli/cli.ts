import { resolve } from 'node:path';
import { systemClock } from '../common/clock.js';
import { createReleasers } from '../common/releasers.js';
import { createSecrets } from '../common/secrets.js';
import { createStop } from '../common/stop.js';
import { readableWidth } from '../output/fit.js';
import { createIo } from '../output/io.js';
import type { Call, Ending } from './call.js';
import { calledAs, createCommandLine } from './command-line.js';
import type { Command } from './commands.js';
import { completionsFor, wordsToComplete } from './completion.js';
import { completionSources } from './completion-sources.js';
import { endingOf } from './ending.js';
import { readEnvironment, whereTyped } from './environment.js';
import { asksForHelp, helpText } from './help.js';
import { hidePassword, keepLedgerSecrets } from './ledger-secrets.js';
import type { OptionName } from './options.js';
import { createParser, type Read } from './parser.js';
import { type Given, givenOf, isFlagGiven, resolveOptions } from './resolve-options.js';
import { handleSignals } from './signals.js';
import { refuseMisspeltCommand, usageProblem } from './usage.js';

/** The root: reads the command line and the environment, runs one command, prints how it ended, sets the exit status. */

const argv = process.argv.slice(2);
const secrets = createSecrets();
keepLedgerSecrets(secrets, argv, process.env);
/** Known when the options are read. */
let quiet = false;
const io = createIo(secrets, () => quiet);
const stop = createStop();
const releasers = createReleasers();
const cwd = whereTyped(process.env, process.cwd());
/** Before the options are read, and also if they cannot be. */
let json = isFlagGiven('json', argv, process.env);

const { onSending } = handleSignals(stop, io, (exitCode, message) => {
  io.say(message);
  print({ exitCode, json: { error: { code: 'stopped', message } } });
  process.exit(exitCode);
});

async function start(command: Command, read: Read): Promise<void> {
  let ending: Ending;
  try {
    ending = await (await command.load())(callOf(command, read));
  } catch (error) {
    ending = endingOf(error, stop.reason(), io);
  }
  await end(ending);
}

function callOf(command: Command, read: Read): Call<OptionName> {
  const typed: Given = givenOf(read);
  const environment = readEnvironment(process.env, typed, cwd, io.warn);
  keepLedgerSecrets(secrets, argv, environment);
  const options = resolveOptions(command.options, typed, environment);
  const given = hidePassword(typed, argv, io.warn);
  json = options.json === true;
  quiet = options.quiet === true;
  const subject = command.subject === undefined ? '' : String(read[command.subject.name] ?? '');
  refuseMisspeltCommand(command, resolve(cwd, subject), subject);
  return {
    subject,
    further: (command.further ?? []).map((name) => String(read[name] ?? '')),
    given,
    options,
    environment,
    cwd,
    commandLine: createCommandLine(calledAs(process.env, process.argv[1] ?? '', cwd)),
    io,
    clock: systemClock,
    stop,
    secrets,
    releasers,
    onSending,
  };
}

function print({ exitCode, json: facts, text }: Ending): void {
  if (json) io.print(JSON.stringify({ ...facts, exitCode }));
  else if (text !== undefined) io.print(text, nextOf(facts));
}

/** Commands to copy are not broken into lines. */
const nextOf = ({ next }: Ending['json']): readonly string[] => (Array.isArray(next) ? next : []);

/** yargs may find a second thing wrong while the first is told. */
let ended = false;

async function end(ending: Ending): Promise<void> {
  if (ended) return;
  ended = true;
  print(ending);
  await ending.after?.();
  await releasers.run();
  // What is left may be a watch on the portal that nobody waits for any more.
  await io.flushed();
  process.exit(ending.exitCode);
}

const parse = () =>
  createParser(argv, start, async (message, error) => {
    // What yargs itself finds wrong comes as an error of its own now and then.
    const problem =
      error === undefined || error.name === 'YError' ? usageProblem(argv, message ?? error?.message) : error;
    await end(endingOf(problem, undefined, io));
  }).parseAsync();

const words = wordsToComplete(argv);
if (words !== undefined) {
  const found = await completionsFor(words, completionSources(words, process.env, cwd));
  if (found.length > 0) io.print(found.join('\n'));
} else if (asksForHelp(argv)) io.print(helpText(argv, readableWidth(process.stdout.columns)));
else await parse();
