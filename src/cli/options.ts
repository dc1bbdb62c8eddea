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
  money,
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
    help: 'the rows that did not succeed, with their errors, as a file to fix and run',
  },
  ledger: {
    group: BATCH,
    schema: text,
    value: '<file or postgres://…>',
    default: '.batch/ledger.db',
    help: 'the ledger: a SQLite file, or a PostgreSQL database to share (its password is a secret: use BATCH_LEDGER or PGPASSWORD)',
  },
  lockWait: {
    group: BATCH,
    schema: duration,
    value: '<duration>',
    default: '0s',
    help: 'how long to wait for another run that uses the ledger',
  },
  column: {
    group: BATCH,
    schema: columnNames,
    value: '<ours>=<theirs>',
    many: true,
    help: 'the name of a column in the file, such as sn=Seriennummer (may be repeated)',
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
    help: 'id, e-mail or name, for rows that name none (default: the only contact, if there is one)',
  },
  skipInvalid: { group: ORDERS, schema: flag, help: 'place the other orders if some rows fail the checks' },
  allowRepeat: {
    group: ORDERS,
    schema: flag,
    help: 'order also if another batch in this ledger has ordered the same plan for the same SN',
  },
  noReference: {
    group: ORDERS,
    schema: flag,
    help: 'send no reference in poNumber; after a lost answer the order is found by SN and time',
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
    help: 'start no order after this time (22:00, 2026-06-30T22:00) or duration (90m); the rest stay not_sent',
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
    help: 'requests started in one second, at most',
  },
  timeout: { group: SENDING, schema: timeLimit, value: '<duration>', default: '30s', help: 'one request' },
  maxAttempts: {
    group: SENDING,
    schema: count(1),
    value: '<n>',
    default: '5',
    help: 'how often one row is sent in one run, at most',
  },
  settle: {
    group: SENDING,
    schema: duration,
    value: '<duration>',
    default: '30s',
    help: 'after a lost answer: how long to look for the order at the portal before it counts as not placed',
  },
  onDoubt: {
    group: SENDING,
    schema: oneOf('resend', 'hold'),
    value: 'resend|hold',
    default: 'resend',
    help: 'if the order is not found: send it again, or leave the row in_doubt for a person',
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
    help: 'the first n orders are sent one at a time; if one is neither succeeded nor pending, the run stops',
  },
  maxFailures: {
    group: SAFETY,
    schema: countOrPercentage,
    value: '<n or n%>',
    default: '25%',
    help: 'stop if more rows than this have failed or are in doubt; a percentage counts from 20 finished rows on',
  },
  dryRun: {
    group: SAFETY,
    schema: flag,
    help: 'check everything and show the plan and its hash, but place no order',
  },
  plan: {
    group: SAFETY,
    schema: text.optional(),
    value: '<hash>',
    help: 'place exactly what the dry run with this hash showed, or nothing',
  },
  recentOrders: {
    group: SAFETY,
    schema: oneOf('refuse', 'adopt', 'repeat'),
    value: 'refuse|adopt|repeat',
    default: 'refuse',
    help: "if the portal has a recent order for a row's PBX that this ledger did not place: report it and send nothing, take it as the row's order, or order anyway",
  },
  lookback: {
    group: SAFETY,
    schema: duration,
    value: '<duration>',
    default: '30d',
    help: "how far back to look at the portal's orders",
  },
  withoutOrderList: {
    group: SAFETY,
    schema: flag,
    help: 'run even if the portal does not list its orders: recent orders are then not recognised, and lost answers stay in_doubt',
  },
  maxTotal: {
    group: SAFETY,
    schema: money.optional(),
    value: '<amount>',
    help: 'refuse before the first order if the orders would cost more, or if their price is not known',
  },
  checkEach: {
    group: SAFETY,
    schema: flag,
    help: 'before the first order, ask about each PBX: the account has it, and no switch is under way',
  },
  yes: {
    group: SAFETY,
    schema: flag,
    help: 'do not ask before the first order (a run without a terminal never asks)',
  },
  report: {
    group: OUTPUT,
    schema: text.optional(),
    value: '<file>',
    help: 'the batch as one HTML page',
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
  quiet: { group: OUTPUT, schema: flag, help: 'print only warnings and problems on stderr' },
  json: { group: OUTPUT, schema: flag, help: 'the summary as one JSON object on stdout' },
  logFile: {
    group: OUTPUT,
    schema: text.optional(),
    value: '<file>',
    help: 'a log file, one JSON object per line',
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
    help: 'a file with YEASTAR_CLIENT_ID, YEASTAR_CLIENT_SECRET and the like, one NAME=value per line',
  },
  sandbox: {
    group: PORTAL,
    schema: flag,
    help: 'use a simulated portal, started for this run, and a separate ledger',
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
