import { RUN_OPTIONS } from '../cli/options.js';
import { EXIT } from '../common/errors.js';
import type { Counts } from '../output/counts.js';

export interface Situation {
  readonly batch: string;
  /** The input, and the file of the rows that did not succeed, as typed. */
  readonly file: string;
  readonly failures: string | undefined;
  /** How the program was called, such as `npm run batch --`. */
  readonly program: string;
  /** The arguments as typed. */
  readonly argv: readonly string[];
  readonly counts: Counts;
  readonly status: number;
  readonly sending: boolean;
  readonly blocked: boolean;
  readonly plan: string | null;
}

/** What a command about the same batch needs to be given again: one that reads the ledger, one that asks the portal. */
const OF_LEDGER = ['--ledger', '--sandbox'];
const OF_PORTAL = [...OF_LEDGER, '--env-file'];

/** A webhook's address is a secret. */
const LEFT_OUT = ['--dry-run', '--notify'];

/** The rows that did not succeed are a file of their own: with results, and to be approved, of their own. */
const OF_ONE_FILE = ['--batch', '--out', '--failures', '--report', '--skip-invalid', '--plan'];

/** What to type next, where there is something to do: a sentence, and the command on a line of its own. Pure. */
export function nextSteps(situation: Situation): string[] {
  const { batch, file, failures, program, argv, counts, status, sending, blocked, plan } = situation;
  const again = [program, ...withoutOptions(argv, LEFT_OUT).map(quoted)].join(' ');
  if (blocked) {
    return plan === null || argv.includes('--skip-invalid')
      ? ['mend the file and run it again.']
      : ['mend the findings and run it again, or leave those rows out with --skip-invalid.'];
  }
  if (!sending) {
    const open = counts.not_sent + counts.failed + counts.in_doubt;
    if (plan === null || open === 0) return [];
    const words = withoutOptions(argv, [...LEFT_OUT, '--plan']).map(quoted);
    return ['place exactly this:', [program, ...words, '--plan', plan].join(' ')];
  }
  if (status === EXIT.stoppedEarly || status >= EXIT.hungUp) return ['the same command goes on:', again];
  if (counts.in_doubt > 0) {
    return ['look at the portal again, placing nothing:', about('reconcile', situation, OF_PORTAL)];
  }
  if (counts.failed + counts.invalid > 0 && failures !== undefined) {
    const rest = withoutOptions(argv, [...LEFT_OUT, ...OF_ONE_FILE]);
    const words = rest.map((word) => (word === file ? failures : word)).map(quoted);
    return [
      `mend ${failures}, then send it as a part of this batch:`,
      [program, ...words, '--batch', quoted(batch)].join(' '),
    ];
  }
  if (counts.failed > 0) return ['mend what failed, then send those rows again:', again];
  if (counts.not_sent > 0) return [`${counts.not_sent} rows wait:`, again];
  return [];
}

/** What to type after `reconcile`. Pure. */
export function nextAfterReconcile(
  situation: Pick<Situation, 'batch' | 'program' | 'argv' | 'counts'>,
): string[] {
  return situation.counts.in_doubt > 0
    ? [
        'look for these in the Partner Portal; a run without --on-doubt hold sends what is not there:',
        about('status', situation, OF_LEDGER),
      ]
    : ['write the results again:', about('results', situation, OF_LEDGER)];
}

const about = (
  command: string,
  { program, batch, argv }: Pick<Situation, 'program' | 'batch' | 'argv'>,
  options: readonly string[],
): string => [program, command, quoted(batch), ...onlyOptions(argv, options).map(quoted)].join(' ');

/** How the user called the program, by what npm leaves in the environment. */
export const calledAs = (environment: Readonly<Record<string, string | undefined>>): string =>
  environment['npm_lifecycle_event'] === 'batch' ? 'npm run batch --' : 'yeastar-batch';

const FLAGS: readonly string[] = Object.entries(RUN_OPTIONS)
  .filter(([, { kind }]) => kind === 'flag')
  .map(([name]) => `--${name}`);

/** Splits arguments into options with their values and the rest, each kept as it was typed. */
function* units(argv: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const next = argv[at + 1];
    const isOption = word.startsWith('--');
    const takesNext =
      isOption &&
      !word.includes('=') &&
      !FLAGS.includes(word) &&
      next !== undefined &&
      !next.startsWith('--');
    if (takesNext) at++;
    yield takesNext ? [word, next] : [word];
  }
}

const nameOf = (unit: readonly string[]): string => (unit[0] ?? '').split('=')[0] ?? '';
const withoutOptions = (argv: readonly string[], names: readonly string[]): string[] =>
  [...units(argv)].filter((unit) => !names.includes(nameOf(unit))).flat();
const onlyOptions = (argv: readonly string[], names: readonly string[]): string[] =>
  [...units(argv)].filter((unit) => names.includes(nameOf(unit))).flat();

const quoted = (text: string): string =>
  /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
