import { sayDuration } from '../common/duration.js';
import type { Finding } from '../common/finding.js';
import { type Cost, sayCost } from './cost.js';
import type { Counts } from './counts.js';
import { counted, labelled } from './labelled.js';
import { PENDING_LINES } from './pending.js';
import { type BatchPrice, sayPrice } from './price.js';
import type { Met } from './progress-state.js';
import { PUBLIC_STATUSES } from './public-status.js';

/** The summary as scripts read it with --json. */
export interface Summary {
  readonly batch: string;
  readonly job: string;
  readonly file: string;
  readonly results: string | null;
  readonly ledger: string;
  readonly sandbox: boolean;
  readonly counts: Counts;
  /** Orders placed by this run. */
  readonly sent: number;
  /** The plan's hash. */
  readonly plan: string | null;
  /** What its orders were to cost, asked before the first one. */
  readonly price?: BatchPrice;
  /** What orders of the file cost, as their details show it: the sums, and of how many orders. */
  readonly cost?: Cost;
  readonly durationMs: number;
  readonly exitCode: number;
  /** What went wrong with the run as a whole: the file has findings, or the results could not be written. */
  readonly error?: { readonly code: string; readonly message: string; readonly remedy?: string };
  /** What is wrong with the file: the first thousand by their lines; `findingsCount` says how many there are. */
  readonly findings?: readonly Finding[];
  readonly findingsCount?: number;
  /** Why the run stopped early. */
  readonly stopped?: { readonly kind: string; readonly message: string };
  /** Rows in doubt of an earlier file of the batch that this run's file does not have; `counts` is without them. */
  readonly leftInDoubt?: number;
  /** What has failed, by reason. */
  readonly failures?: readonly Failure[];
  /** Commands to type next. */
  readonly next?: readonly string[];
}

export interface Failure {
  readonly code: string;
  readonly rows: number;
  /** The serial number of one of the rows. */
  readonly example: string;
  readonly message: string;
}

/** What only people read. */
export interface SummaryNotes {
  /** What was done if no order was to be placed; `undefined` if some were. */
  readonly didNothing: 'dry run: nothing was sent' | 'nothing was sent' | undefined;
  /** What went wrong on the way. */
  readonly met: Met;
  readonly inDoubt: readonly string[];
  /** Some of the rows in doubt that are not in the file any more. */
  readonly leftInDoubt: readonly string[];
  readonly failuresFile: string | undefined;
  /** What to type next: a sentence, and the command if there is one, each a line. */
  readonly next: readonly string[];
}

/** The longest that a portal's message is quoted. */
const MESSAGE = 150;

/** The summary for a person: it fits a screen of 80 columns, but for a long path or message. */
export function summaryText(summary: Summary, notes: SummaryNotes): string {
  const { counts } = summary;
  const seconds = summary.durationMs / 1000;
  const pace = summary.sent > 0 && seconds > 0 ? `, ${(summary.sent / seconds).toFixed(1)} orders/s` : '';
  const did = notes.didNothing ?? `${counted(summary.sent, 'order')} placed by this run`;
  const lines = [
    labelled('Batch', `${summary.batch}${summary.sandbox ? ' (SANDBOX: no real orders)' : ''}`),
    labelled('Rows', `${counts.total}: ${did} in ${sayDuration(summary.durationMs)}${pace}`),
  ];
  for (const status of PUBLIC_STATUSES) {
    if (counts[status] > 0)
      lines.push(labelled('', `${status.padEnd(10)} ${String(counts[status]).padStart(8)}`));
  }
  if (counts.pending > 0) lines.push(labelled('Pending', ...PENDING_LINES));
  if (summary.cost !== undefined) lines.push(labelled('Cost', sayCost(summary.cost, counts)));
  else if (notes.didNothing !== undefined && summary.price !== undefined && summary.price.orders > 0)
    lines.push(labelled('Price', ...sayPrice(summary.price)));
  const met = sayMet(notes.met);
  if (met !== '') lines.push(labelled('Trouble', met));
  if (summary.failures !== undefined) {
    const reasons = summary.failures.flatMap(({ code, rows, example, message }) => [
      `${rows} × ${code}, for example ${example}:`,
      `  ${message.length > MESSAGE ? `${message.slice(0, MESSAGE)}…` : message}`,
    ]);
    lines.push(labelled('Failed', ...reasons));
  }
  if (notes.inDoubt.length > 0)
    lines.push(labelled('In doubt', ...inLines(withMore(notes.inDoubt, counts.in_doubt))));
  const { leftInDoubt = 0 } = summary;
  if (leftInDoubt > 0) {
    const said = `also ${counted(leftInDoubt, 'row')} of this batch, not in the file any more:`;
    lines.push(labelled('In doubt', said, ...inLines(withMore(notes.leftInDoubt, leftInDoubt))));
  }
  if (summary.results !== null) lines.push(labelled('Results', summary.results));
  if (notes.failuresFile !== undefined) lines.push(labelled('Failures', notes.failuresFile));
  if (summary.plan !== null) lines.push(labelled('Plan', `hash ${summary.plan}`));
  if (summary.error !== undefined && summary.error.code !== 'findings')
    lines.push(
      labelled('Error', summary.error.message, ...(summary.error.remedy ?? '').split('\n').filter(Boolean)),
    );
  if (summary.stopped !== undefined) lines.push(labelled('Stopped', summary.stopped.message));
  if (notes.next.length > 0) lines.push(labelled('Next', ...notes.next));
  return lines.join('\n');
}

export const sayMet = ({ lost, turnedAway, unreachable }: Met): string =>
  [
    lost > 0 ? counted(lost, 'lost answer') : '',
    turnedAway > 0 ? `${turnedAway} not accepted at first` : '',
    unreachable > 0 ? `${counted(unreachable, 'failed connection')}` : '',
  ]
    .filter(Boolean)
    .join(', ');

/** Some of many, and how many more there are. */
export const withMore = (named: readonly string[], all: number): readonly string[] =>
  all > named.length ? [...named, `and ${all - named.length} more`] : named;

const A_LINE = 4;
/** A few on each line, so that none is broken by the terminal. */
const inLines = (items: readonly string[]): string[] => {
  const lines = Array.from({ length: Math.ceil(items.length / A_LINE) }, (_, line) =>
    items.slice(line * A_LINE, (line + 1) * A_LINE).join(', '),
  );
  return lines.map((line, at) => (at === lines.length - 1 ? line : `${line},`));
};
