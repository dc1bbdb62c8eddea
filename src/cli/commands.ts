import type { Call, Ending } from './call.js';
import { type OptionName, runOptionNames } from './options.js';

/** A command as the help and the parser know it. What it does is loaded when it is called. */
export interface Command {
  readonly name: string;
  readonly help: string;
  /** What it is about: the word after the command. */
  readonly subject?: { readonly name: string; readonly help: string; readonly needed: boolean };
  /** Further words after that one, all of them needed. */
  readonly further?: readonly string[];
  /** Said when the subject is missing. */
  readonly missing?: string;
  readonly options: readonly OptionName[];
  /** What an option is to this command, if that is not what it is to `run`. */
  readonly words?: Partial<Record<OptionName, string>>;
  readonly examples?: readonly (readonly [string, string])[];
  readonly load: () => Promise<(call: Call<OptionName>) => Promise<Ending>>;
}

/** Checks that a command is given all options that it reads. */
const command = <N extends OptionName>(
  spec: Omit<Command, 'options' | 'load'> & {
    readonly options: readonly N[];
    readonly load: () => Promise<(call: Call<NoInfer<N>>) => Promise<Ending>>;
  },
): Command => spec;

const batch = (needed: boolean) => ({
  name: 'batch',
  help: 'a batch, as the command status lists it',
  needed,
});
const missingBatch = (name: string): string =>
  `The batch is missing, as in \`yeastar-batch ${name} june\`: the command status lists them.`;
const LEDGER = ['ledger', 'sandbox', 'envFile', 'json'] as const;
const LEDGER_WORDS = {
  sandbox: "the sandbox's ledger, not that of real orders",
  json: 'as one JSON object on stdout',
};

/** Commands that compare a batch with the portal and place nothing. */
const AT_PORTAL = [
  ...LEDGER,
  'lockWait',
  'timeout',
  'rate',
  'concurrency',
  'giveUpAfter',
  'quiet',
  'logFile',
  'logLevel',
  'fault',
  'portal',
] as const;
const AT_PORTAL_WORDS = { ...LEDGER_WORDS, sandbox: "the sandbox's orders, not real ones" };

/** Commands that only ask the portal. */
const ASK = [
  'job',
  'out',
  'envFile',
  'timeout',
  'rate',
  'quiet',
  'sandbox',
  'fault',
  'portal',
  'json',
] as const;
const askWords = (out: string) => ({
  job: 'for the product of this job',
  out,
  sandbox: "a simulated portal with the samples' PBXs, started for this",
  json: 'as one JSON object on stdout',
});

/** The commands, in the order of the help; the first is meant if none is named. */
export const COMMANDS: readonly Command[] = [
  command({
    name: 'run',
    help: 'check the file, resolve names, place the orders, write the results',
    subject: { name: 'file', help: 'the CSV with a header', needed: true },
    missing: 'The CSV file is missing, as in `yeastar-batch orders.csv`.',
    options: runOptionNames,
    examples: [
      ['$0 orders.csv --dry-run', 'check a file and see what would be ordered'],
      ['$0 orders.csv --sandbox', 'try it out: no real order is placed'],
      ['$0 orders.csv --limit 10', 'place the first ten orders; the same command continues'],
    ],
    load: async () => (await import('../commands/run.js')).run,
  }),
  command({
    name: 'status',
    help: "the ledger's batches, or one batch's counts and open rows",
    subject: batch(false),
    options: LEDGER,
    words: LEDGER_WORDS,
    load: async () => (await import('../commands/status.js')).status,
  }),
  command({
    name: 'results',
    help: "write a batch's results CSV again, from the ledger",
    subject: batch(true),
    missing: missingBatch('results'),
    options: ['out', ...LEDGER],
    words: LEDGER_WORDS,
    load: async () => (await import('../commands/results.js')).results,
  }),
  command({
    name: 'report',
    help: 'the batch as one HTML page, from the ledger',
    subject: batch(true),
    missing: missingBatch('report'),
    options: ['out', ...LEDGER],
    words: { ...LEDGER_WORDS, out: "the page (default: beside the batch's file, as <file>.report.html)" },
    load: async () => (await import('../commands/report.js')).report,
  }),
  command({
    name: 'reconcile',
    help: 'look up rows in_doubt and pending at the portal; places no order',
    subject: batch(true),
    missing: missingBatch('reconcile'),
    options: [...AT_PORTAL, 'settle', 'lookback'],
    words: AT_PORTAL_WORDS,
    load: async () => (await import('../commands/reconcile.js')).reconcile,
  }),
  command({
    name: 'verify',
    help: 'compare each ordered row with the portal as it is now; places no order',
    subject: batch(true),
    missing: missingBatch('verify'),
    options: AT_PORTAL,
    words: AT_PORTAL_WORDS,
    load: async () => (await import('../commands/verify.js')).verify,
  }),
  command({
    name: 'audit',
    help: 'everything about a batch for an auditor or the vendor, as files with a manifest',
    subject: batch(true),
    missing: missingBatch('audit'),
    options: ['out', ...LEDGER],
    words: { ...LEDGER_WORDS, out: 'a folder that does not exist yet' },
    load: async () => (await import('../commands/audit.js')).audit,
  }),
  command({
    name: 'ledger',
    help: 'copy: copies a ledger into another, empty one, such as a file into PostgreSQL, and checks the copy',
    subject: { name: 'copy', help: 'what to do: copy', needed: true },
    further: ['from', 'to'],
    missing:
      'What to copy is missing, as in `yeastar-batch ledger copy .batch/ledger.db postgres://db/orders`.',
    options: ['sandbox', 'envFile', 'quiet', 'json'],
    words: {
      sandbox: "the sandbox's ledgers beside them, not those of real orders",
      json: LEDGER_WORDS.json,
    },
    load: async () => (await import('../commands/ledger.js')).ledger,
  }),
  command({
    name: 'plans',
    help: "what the portal offers for a job's product: plans with ids and list prices",
    options: ASK,
    words: askWords('the plans as a CSV'),
    load: async () => (await import('../commands/plans.js')).plans,
  }),
  command({
    name: 'contacts',
    help: 'the billing contacts, with ids',
    options: ASK,
    words: askWords('the contacts as a CSV'),
    load: async () => (await import('../commands/contacts.js')).contacts,
  }),
  command({
    name: 'inventory',
    help: "the account's PBXs for a job's product, with everything that the portal says about them",
    options: ASK,
    words: askWords('a CSV that run can read once its column plan is filled in'),
    load: async () => (await import('../commands/inventory.js')).inventory,
  }),
  command({
    name: 'work',
    help: 'a worker: sends rows of whatever runs on a shared ledger, until stopped',
    options: [...LEDGER, 'timeout', 'giveUpAfter', 'quiet', 'logFile', 'logLevel', 'fault', 'portal'],
    words: {
      ...LEDGER_WORDS,
      ledger: 'the PostgreSQL database that the machines share, as postgres://…',
      sandbox: "the sandbox's ledger and orders, not real ones",
    },
    load: async () => (await import('../commands/work.js')).work,
  }),
  command({
    name: 'jobs',
    help: 'the jobs in jobs/, with their columns',
    options: ['json'],
    words: LEDGER_WORDS,
    load: async () => (await import('../commands/jobs.js')).jobs,
  }),
  command({
    name: 'sandbox',
    help: 'a simulated Partner Portal on loopback, until stopped',
    options: ['port', 'seed', 'state', 'fault', 'portal', 'json'],
    words: {
      json: 'at the end, what was ordered as one JSON object on stdout',
      fault: 'what goes wrong and how often, such as reset:30% (may be repeated)',
      portal: 'what the portal is like, such as reference=nowhere (may be repeated; see docs/sandbox.md)',
    },
    load: async () => (await import('../commands/sandbox.js')).sandbox,
  }),
];
