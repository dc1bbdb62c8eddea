import type { z } from 'zod';
import type { OptionSpec } from './option.js';
import {
  columnNames,
  count,
  countOrPercentage,
  duration,
  encoding,
  flag,
  moment,
  oneOf,
  safeAddress,
  text,
  texts,
  timeLimit,
} from './option-values.js';

/**
 * The options, each written once, here. `maxFailures` is `--max-failures` on the command line and BATCH_MAX_FAILURES in the
 * environment; the help, the completion and what is suggested next are made from this.
 */

const BATCH = 'Batch and files:';
const ORDERS = 'Orders:';
const SENDING = 'Sending:';
const SAFETY = 'Safety:';
const OUTPUT = 'Output and log:';
const PORTAL = 'Portal:';

/** The options of `run`, in the order of the help. */
export const RUN_OPTIONS = {
  job: {
    group: BATCH,
    schema: text,
    value: '<name>',
    default: 'switch-plan',
    help: 'what is ordered: a job by its name (see the command jobs), or a file of your own such as ./my-job.js',
  },
  batch: {
    group: BATCH,
    schema: text.max(100, 'is longer than 100 characters').optional(),
    value: '<id>',
    help: "names the batch in the ledger (default: the file's name without its extension)",
  },
  out: {
    group: BATCH,
    schema: text.optional(),
    value: '<file>',
    help: 'the results (default: <file>.results.csv; with --sandbox <file>.sandbox.results.csv)',
  },
  failures: {
    group: BATCH,
    schema: text.optional(),
    value: '<file>',
    help: 'only the rows that did not succeed, in the shape of the input plus the error: fix it and run it',
  },
  ledger: {
    group: BATCH,
    schema: text,
    value: '<file>',
    default: '.batch/ledger.db',
    help: 'the ledger (SQLite); with --sandbox its neighbour, ledger.sandbox.db',
  },
  lockWait: {
    group: BATCH,
    schema: duration,
    value: '<duration>',
    default: '0s',
    help: 'how long to wait for a run that holds the ledger',
  },
  column: {
    group: BATCH,
    schema: columnNames,
    value: '<ours>=<theirs>',
    many: true,
    help: 'what a column is called in the file, such as sn=Seriennummer (may be repeated)',
  },
  encoding: {
    group: BATCH,
    schema: encoding,
    value: '<name>',
    default: 'auto',
    help: 'auto (UTF-8, UTF-16 with a byte order mark) or a name such as windows-1252; results keep it',
  },
  billingContact: {
    group: ORDERS,
    schema: text.optional(),
    value: '<contact>',
    help: 'id, e-mail or name, for rows without their own (default: the only one there is)',
  },
  skipInvalid: { group: ORDERS, schema: flag, help: 'go on without the rows that fail the checks' },
  allowRepeat: {
    group: ORDERS,
    schema: flag,
    help: 'order for an SN and plan that another batch in this ledger has already ordered',
  },
  noReference: {
    group: ORDERS,
    schema: flag,
    help: 'send no poNumber of ours; lost answers are then settled by SN and time',
  },
  limit: {
    group: ORDERS,
    schema: count(0).optional(),
    value: '<n>',
    help: 'send at most n rows in this run; the rest stay not_sent',
  },
  until: {
    group: ORDERS,
    schema: moment.optional(),
    value: '<time>',
    help: 'start no order after that; the rest stay not_sent. A time (22:00, 2026-06-30T22:00) or a duration (90m)',
  },
  concurrency: {
    group: SENDING,
    schema: count(1, 1000),
    value: '<n>',
    default: '5',
    help: 'orders in flight at most',
  },
  rate: {
    group: SENDING,
    schema: count(1).optional(),
    value: '<n>',
    help: 'requests started in any one second, at most',
  },
  timeout: { group: SENDING, schema: timeLimit, value: '<duration>', default: '30s', help: 'one request' },
  maxAttempts: {
    group: SENDING,
    schema: count(1),
    value: '<n>',
    default: '5',
    help: 'sends of one row in one run',
  },
  settle: {
    group: SENDING,
    schema: duration,
    value: '<duration>',
    default: '30s',
    help: 'after a lost answer: how long the portal is watched for the order before it is taken as not placed',
  },
  onDoubt: {
    group: SENDING,
    schema: oneOf('resend', 'hold'),
    value: 'resend|hold',
    default: 'resend',
    help: 'what follows when it is not found: send again, or leave the row in_doubt for a person',
  },
  giveUpAfter: {
    group: SENDING,
    schema: duration,
    value: '<duration>',
    default: '10m',
    help: 'how long to wait for a portal that does not answer',
  },
  canary: {
    group: SAFETY,
    schema: count(0),
    value: '<n>',
    default: '1',
    help: 'the first n orders go one at a time; if one is neither succeeded nor pending, nothing else is sent',
  },
  maxFailures: {
    group: SAFETY,
    schema: countOrPercentage,
    value: '<n or n%>',
    default: '25%',
    help: 'stop when more rows have failed or stayed in doubt; a percentage counts from 20 finished rows on',
  },
  dryRun: { group: SAFETY, schema: flag, help: "everything but the POSTs; prints the plan's hash" },
  plan: {
    group: SAFETY,
    schema: text.optional(),
    value: '<hash>',
    help: 'place only what that dry run showed: anything else is refused before the first order',
  },
  recentOrders: {
    group: SAFETY,
    schema: oneOf('refuse', 'adopt', 'repeat'),
    value: 'refuse|adopt|repeat',
    default: 'refuse',
    help: "a row whose PBX has a recent order at the portal that this ledger did not place: a finding, take that order for the row's, or order all the same",
  },
  lookback: {
    group: SAFETY,
    schema: duration,
    value: '<duration>',
    default: '30d',
    help: "how far back the portal's orders are looked at",
  },
  withoutOrderList: {
    group: SAFETY,
    schema: flag,
    help: 'go on though the portal does not let its orders be listed: recent orders are then not recognised, and lost answers stay in_doubt',
  },
  yes: { group: SAFETY, schema: flag, help: 'no question; a run without a terminal asks none either' },
  report: {
    group: OUTPUT,
    schema: text.optional(),
    value: '<file>',
    help: 'the batch as one HTML page, for whoever asks how it went',
  },
  metricsFile: {
    group: OUTPUT,
    schema: text.optional(),
    value: '<file>',
    help: "the run's figures for node_exporter's textfile collector",
  },
  notify: {
    group: OUTPUT,
    schema: safeAddress.optional(),
    value: '<url>',
    help: 'one message to a Slack-compatible webhook at the end; a secret, so better as BATCH_NOTIFY',
  },
  quiet: { group: OUTPUT, schema: flag, help: 'nothing on stderr but warnings and problems' },
  json: { group: OUTPUT, schema: flag, help: 'the summary as one JSON object on stdout' },
  logFile: {
    group: OUTPUT,
    schema: text.optional(),
    value: '<file>',
    help: 'structured log, one JSON object a line',
  },
  logLevel: {
    group: OUTPUT,
    schema: oneOf('trace', 'debug', 'info', 'warn', 'error'),
    value: '<level>',
    default: 'info',
    help: 'trace, debug, info, warn or error',
  },
  envFile: {
    group: PORTAL,
    schema: text.optional(),
    value: '<file>',
    help: 'YEASTAR_CLIENT_ID, YEASTAR_CLIENT_SECRET and the like, one NAME=value a line',
  },
  sandbox: {
    group: PORTAL,
    schema: flag,
    help: 'against a simulated portal started for this run, with a ledger of its own',
  },
  fault: {
    group: PORTAL,
    schema: texts,
    value: '<spec>',
    many: true,
    help: 'with --sandbox: what goes wrong and how often, such as reset:30% (may be repeated)',
  },
  portal: {
    group: PORTAL,
    schema: texts,
    value: '<key=value>',
    many: true,
    help: 'with --sandbox: what the portal is like, such as reference=nowhere (may be repeated)',
  },
} as const satisfies Record<string, OptionSpec>;

/** What `run` does not take. */
const OTHER_OPTIONS = {
  port: { group: PORTAL, schema: count(0, 65_535), value: '<n>', default: '0', help: '0: any free one' },
  seed: {
    group: PORTAL,
    schema: count(0),
    value: '<n>',
    default: '1',
    help: 'where the chance of the faults starts',
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
