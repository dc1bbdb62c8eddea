import ms from 'ms';
import type { RunConfig } from '../cli/config.js';
import type { Io } from '../cli/io.js';
import { EXIT, Problem } from '../common/errors.js';
import type { BatchRecord } from '../ledger/schema.js';
import { countRows } from '../output/counts.js';
import type { Findings } from '../output/findings.js';
import type { RunContext } from '../runner/context.js';
import { type LookBack, lookBack } from './look-back.js';

export interface Adoption {
  readonly context: RunContext;
  readonly record: BatchRecord;
  readonly config: RunConfig;
  readonly io: Io;
  readonly findings: Findings;
  readonly warn: (message: string) => void;
}

/** An order may be listed seconds after it was placed (assumption). */
const LISTED_LATE_MS = 10_000;
/** Looks after which nobody can be still placing orders of this batch. */
const MOST_LOOKS = 10;

/**
 * What the portal shows of the batch and this ledger does not know is taken over in place of being sent again.
 * @returns whether any row stands otherwise now
 */
export async function adoptEarlierOrders(adoption: Adoption): Promise<boolean> {
  const { context, record, config, io, warn } = adoption;
  const { clock, stop, settings, ledger } = context;
  if (config['no-reference']) {
    if (record.looked_back_at !== null) return false;
    await ledger.rememberLookBack(config.batch);
    warn('With --no-reference a lost ledger cannot be made up for: keep it between runs.');
    return false;
  }
  // What was placed before the last look, this ledger knows or has looked for.
  const since = Math.max(clock.now() - config.lookback, record.looked_back_at ?? 0);
  let changed = false;
  for (let look = 1; look <= MOST_LOOKS && !stop.signal.aborted; look++) {
    const found = await lookBack(context, since);
    tell(adoption, found, look);
    if (found.adopted === 0) return changed || found.findings.length > 0;
    changed = true;
    const { not_sent, failed } = await countRows(ledger, context);
    if (not_sent + failed === 0) return true;
    // Whoever placed them may have placed more a moment ago.
    const wait = Math.min(settings.settleMs, LISTED_LATE_MS);
    io.say(`More may be listed late: looking again in ${ms(wait, { long: true })}.`);
    await clock.sleep(wait, stop.signal);
  }
  return changed;
}

function tell({ findings, io, record, warn }: Adoption, found: LookBack, look: number): void {
  found.findings.forEach(findings.add);
  if (found.adopted > 0) {
    io.say(`The portal already shows ${found.adopted} orders of this batch: taken over, not ordered again.`);
  }
  if (!found.complete) {
    throw new Problem('list_unreadable', "The portal's orders could not all be read.", {
      remedy:
        'Nothing was sent, since earlier orders of this batch could have been missed. Run it again; where that ' +
        'does not help, look at the orders in the Partner Portal and shorten --lookback.',
      exitStatus: EXIT.stoppedEarly,
    });
  }
  if (look > 1) return;
  if (found.blind && record.looked_back_at === null) {
    warn(
      "The portal's orders show no references: had an earlier ledger of this batch been lost, it could not be seen.",
    );
  }
  if (found.suspects.length === 0) return;
  const some = found.suspects.slice(0, 5).join(', ');
  const more = found.suspects.length > 5 ? ` and ${found.suspects.length - 5} more` : '';
  warn(
    `${found.suspects.length} of this file's serial numbers have a recent order at the portal that carries no ` +
      `reference and is not in this ledger (${some}${more}). If an earlier run or a colleague placed it, stop ` +
      'here: it would be placed again.',
  );
}
