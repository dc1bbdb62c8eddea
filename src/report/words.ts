import { PENDING_LINES } from '../output/pending.js';
import type { PublicStatus } from '../output/public-status.js';
import type { Facts } from './facts.js';

/** The statuses as a reader of the page meets them. */
export const WORDS: Readonly<Record<PublicStatus, string>> = {
  succeeded: 'succeeded',
  pending: 'pending',
  failed: 'failed',
  in_doubt: 'in doubt',
  invalid: 'invalid',
  not_sent: 'not sent',
};

/** What the orders of an operation do to a PBX. */
const VERBS: readonly (readonly [RegExp, string])[] = [
  [/^switch/, 'switched'],
  [/^renew/, 'renewed'],
];

const number = (value: number): string => value.toLocaleString('en');
const is = (rows: number, one: string, many: string): string => `${number(rows)} ${rows === 1 ? one : many}`;

/** How it went, in one sentence: how many of how many, and what became of the others. Pure. */
export function answer({ counts, total }: Pick<Facts, 'counts' | 'total'>, operation: string): string {
  if (total === 0) return 'The batch has no rows.';
  const verb = VERBS.find(([pattern]) => pattern.test(operation))?.[1] ?? 'ordered';
  const others = [
    counts.failed > 0 ? `${is(counts.failed, 'was', 'were')} refused or failed` : '',
    counts.pending > 0 ? `${is(counts.pending, 'is', 'are')} ordered but not finished` : '',
    counts.in_doubt > 0 ? `${is(counts.in_doubt, 'is', 'are')} in doubt` : '',
    counts.invalid > 0 ? `${is(counts.invalid, 'has an error', 'have errors')} in the file` : '',
    counts.not_sent > 0 ? `${is(counts.not_sent, 'was', 'were')} not sent` : '',
  ].filter(Boolean);
  const done = `${number(counts.succeeded)} of ${is(total, 'PBX', 'PBXs')} ${total === 1 ? 'was' : 'were'} ${verb}`;
  return `${[done, ...others].join(', ')}.`;
}

/** What happens next, a sentence for each kind of row that is not done. Pure. */
export function whatNext({ counts }: Pick<Facts, 'counts'>): readonly string[] {
  return [
    counts.failed > 0
      ? 'Failed: the reasons are below. Fix them, then run the same command: it sends these rows again.'
      : '',
    counts.pending > 0 ? `Pending: ${PENDING_LINES.join(' ').replace(/^P/, 'p')}` : '',
    counts.in_doubt > 0
      ? 'In doubt: the order was sent, its answer was lost, and the portal does not show it for certain. The next run looks for it before it sends anything.'
      : '',
    counts.invalid > 0 ? 'Invalid: never sent. Correct these lines of the file and run it again.' : '',
    counts.not_sent > 0 ? 'Not sent: the same command sends these rows.' : '',
  ].filter(Boolean);
}
