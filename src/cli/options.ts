/** An option as the command line, the environment and the help know it: written once, here. */
export interface OptionSpec {
  readonly kind: 'text' | 'flag';
  /** What stands for the value in the help, such as `<duration>`. */
  readonly value?: string;
  readonly describe: string;
  readonly group: string;
  /** The default as a person would type it; absent: none. */
  readonly default?: string;
  /** May be given several times. */
  readonly many?: boolean;
}

const BATCH = 'Batch and files:';
const ORDERS = 'Orders:';
const SENDING = 'Sending:';
const SAFETY = 'Safety:';
const OUTPUT = 'Output and log:';
const PORTAL = 'Portal:';

/** The options of `run`, in the order of the help. */
export const RUN_OPTIONS = {
  job: {
    kind: 'text',
    value: '<name>',
    default: 'switch-plan',
    group: BATCH,
    describe: 'which file of jobs/',
  },
  batch: {
    kind: 'text',
    value: '<id>',
    group: BATCH,
    describe: "names the batch in the ledger (default: the file's name without its extension)",
  },
  out: { kind: 'text', value: '<file>', group: BATCH, describe: 'the results (default: <file>.results.csv)' },
  failures: {
    kind: 'text',
    value: '<file>',
    group: BATCH,
    describe:
      'only the rows that did not succeed, in the shape of the input plus the error: fix it and run it',
  },
  ledger: {
    kind: 'text',
    value: '<file>',
    default: '.batch/ledger.db',
    group: BATCH,
    describe: 'the ledger (SQLite); with --sandbox its neighbour, ledger.sandbox.db',
  },
  'lock-wait': {
    kind: 'text',
    value: '<duration>',
    default: '0s',
    group: BATCH,
    describe: 'how long to wait for a run that holds the ledger',
  },
  column: {
    kind: 'text',
    value: '<ours>=<theirs>',
    many: true,
    group: BATCH,
    describe: 'what a column is called in the file, such as sn=Seriennummer (may be repeated)',
  },
  encoding: {
    kind: 'text',
    value: '<name>',
    default: 'auto',
    group: BATCH,
    describe: 'auto (UTF-8, UTF-16 with a byte order mark) or a name such as windows-1252; results keep it',
  },
  'billing-contact': {
    kind: 'text',
    value: '<contact>',
    group: ORDERS,
    describe: 'id, e-mail or name, for rows without their own (default: the only one there is)',
  },
  'skip-invalid': { kind: 'flag', group: ORDERS, describe: 'go on without the rows that fail the checks' },
  'allow-repeat': {
    kind: 'flag',
    group: ORDERS,
    describe: 'order for an SN and plan that another batch in this ledger has already ordered',
  },
  'no-reference': {
    kind: 'flag',
    group: ORDERS,
    describe: 'send no poNumber of ours; lost answers are then settled by SN and time',
  },
  limit: {
    kind: 'text',
    value: '<n>',
    group: ORDERS,
    describe: 'send at most n rows in this run; the rest stay not_sent',
  },
  concurrency: {
    kind: 'text',
    value: '<n>',
    default: '5',
    group: SENDING,
    describe: 'orders in flight at most',
  },
  rate: {
    kind: 'text',
    value: '<n>',
    group: SENDING,
    describe: 'requests started in any one second, at most',
  },
  timeout: { kind: 'text', value: '<duration>', default: '30s', group: SENDING, describe: 'one request' },
  'max-attempts': {
    kind: 'text',
    value: '<n>',
    default: '5',
    group: SENDING,
    describe: 'sends of one row in one run',
  },
  settle: {
    kind: 'text',
    value: '<duration>',
    default: '30s',
    group: SENDING,
    describe:
      'after a lost answer: how long the portal is watched for the order before it is taken as not placed',
  },
  'on-doubt': {
    kind: 'text',
    value: 'resend|hold',
    default: 'resend',
    group: SENDING,
    describe: 'what follows when it is not found: send again, or leave the row in_doubt for a person',
  },
  'give-up-after': {
    kind: 'text',
    value: '<duration>',
    default: '10m',
    group: SENDING,
    describe: 'how long to wait for a portal that does not answer',
  },
  canary: {
    kind: 'text',
    value: '<n>',
    default: '1',
    group: SAFETY,
    describe:
      'the first n orders go one at a time; if one is neither succeeded nor pending, nothing else is sent',
  },
  'max-failures': {
    kind: 'text',
    value: '<n or n%>',
    default: '25%',
    group: SAFETY,
    describe:
      'stop when more rows have failed or stayed in doubt; a percentage counts from 20 finished rows on',
  },
  'dry-run': { kind: 'flag', group: SAFETY, describe: "everything but the POSTs; prints the plan's hash" },
  plan: {
    kind: 'text',
    value: '<hash>',
    group: SAFETY,
    describe: 'place only what that dry run showed: anything else is refused before the first order',
  },
  'recent-orders': {
    kind: 'text',
    value: 'refuse|adopt|repeat',
    default: 'refuse',
    group: SAFETY,
    describe:
      'a row whose PBX has a recent order at the portal that this ledger did not place: a finding, take that order ' +
      "for the row's, or order all the same",
  },
  lookback: {
    kind: 'text',
    value: '<duration>',
    default: '30d',
    group: SAFETY,
    describe: "how far back the portal's orders are looked at",
  },
  'without-order-list': {
    kind: 'flag',
    group: SAFETY,
    describe:
      'go on though the portal does not let its orders be listed: recent orders are then not recognised, and lost ' +
      'answers stay in_doubt',
  },
  yes: { kind: 'flag', group: SAFETY, describe: 'no question; a run without a terminal asks none either' },
  report: {
    kind: 'text',
    value: '<file>',
    group: OUTPUT,
    describe: 'the batch as one HTML page, for whoever asks how it went',
  },
  'metrics-file': {
    kind: 'text',
    value: '<file>',
    group: OUTPUT,
    describe: "the run's figures for node_exporter's textfile collector",
  },
  notify: {
    kind: 'text',
    value: '<url>',
    group: OUTPUT,
    describe: 'one message to a Slack-compatible webhook at the end; a secret, so better as BATCH_NOTIFY',
  },
  json: { kind: 'flag', group: OUTPUT, describe: 'the summary as one JSON object on stdout' },
  'log-file': {
    kind: 'text',
    value: '<file>',
    group: OUTPUT,
    describe: 'structured log, one JSON object a line',
  },
  'log-level': {
    kind: 'text',
    value: '<level>',
    default: 'info',
    group: OUTPUT,
    describe: 'trace, debug, info, warn or error',
  },
  'env-file': {
    kind: 'text',
    value: '<file>',
    group: PORTAL,
    describe: 'YEASTAR_CLIENT_ID, YEASTAR_CLIENT_SECRET and the like, one NAME=value a line',
  },
  sandbox: {
    kind: 'flag',
    group: PORTAL,
    describe: 'against a simulated portal started for this run, with a ledger of its own',
  },
  fault: {
    kind: 'text',
    value: '<spec>',
    many: true,
    group: PORTAL,
    describe: 'with --sandbox: what goes wrong and how often, such as reset:30% (may be repeated)',
  },
  portal: {
    kind: 'text',
    value: '<key=value>',
    many: true,
    group: PORTAL,
    describe: 'with --sandbox: what the portal is like, such as reference=nowhere (may be repeated)',
  },
} as const satisfies Record<string, OptionSpec>;

export type RunOption = keyof typeof RUN_OPTIONS;
