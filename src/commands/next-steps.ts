import { batchOf, type RunConfig } from '../config.js';
import { EXIT } from '../errors.js';
import type { Counts } from '../output/counts.js';

export interface Situation {
  readonly config: Pick<RunConfig, 'fileShown' | 'batch' | 'sandbox' | 'dry-run'>;
  readonly counts: Counts;
  readonly status: number;
  readonly sending: boolean;
  readonly blocked: boolean;
  readonly plan: string | null;
}

const quoted = (text: string): string => (/[\s'"$&|<>;()]/.test(text) ? `'${text}'` : text);

/** What to type next, where there is something to do. Pure. */
export function nextSteps({ config, counts, status, sending, blocked, plan }: Situation): string[] {
  const sandbox = config.sandbox ? ' --sandbox' : '';
  const file = quoted(config.fileShown);
  const batch = config.batch === batchOf(config.fileShown) ? '' : ` --batch ${quoted(config.batch)}`;
  const again = `npm run batch -- ${file}${sandbox}${batch}`;
  if (blocked)
    return ['Next: mend the findings and run it again, or go on without those rows with --skip-invalid.'];
  if (!sending) return plan === null ? [] : [`Next: place exactly this with: ${again} --plan ${plan}`];
  if (status === EXIT.stoppedEarly || status >= EXIT.interrupted)
    return [`Next: the same command goes on: ${again}`];
  if (counts.in_doubt > 0) {
    return [
      `Next: look at the portal again, placing nothing, with: npm run batch -- reconcile ${quoted(config.batch)}${sandbox}`,
    ];
  }
  if (counts.failed > 0) return [`Next: mend what failed, then send those rows again with: ${again}`];
  if (counts.not_sent > 0) return [`Next: ${counts.not_sent} rows wait: ${again}`];
  return [];
}
