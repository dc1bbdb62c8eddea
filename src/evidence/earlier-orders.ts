import { EXIT, Problem } from '../common/errors.js';
import type { Finding } from '../common/finding.js';
import type { EvidenceContext } from './context.js';
import { type Guarded, guardRows } from './guard.js';

/** What was found at the portal before the first order. */
export interface EarlierOrders {
  /** Rows that took an order of the portal's for their own. */
  readonly adopted: number;
  readonly findings: readonly Finding[];
}

/** An order may be listed seconds after it was placed (assumption). */
const LISTED_LATE_MS = 10_000;
/** Looks that still find orders of this batch, before it is certain that somebody is placing them. */
const MOST_LOOKS = 10;

const UNSEEN =
  'The portal is not asked for its orders (--without-order-list). Orders of a colleague or of a lost ledger are not ' +
  'recognised, and a row whose answer is lost stays in doubt.';

/**
 * Before the first order of a run: what the portal has already is taken over or reported, never ordered again. In
 * every run, because a ledger may have come from a backup or a cache that is older than the last run.
 * @param waiting how many rows wait to be sent now
 */
export async function findEarlierOrders(
  context: EvidenceContext,
  waiting: () => Promise<number>,
): Promise<EarlierOrders> {
  const { settings, portal, clock, stop, emit } = context;
  if (settings.withoutOrderList) {
    emit({ type: 'warning', message: UNSEEN });
    return { adopted: 0, findings: [] };
  }
  const since = portal.clock.earliest(clock.now()) - settings.lookbackMs;
  const findings: Finding[] = [];
  let adopted = 0;
  for (let look = 1; !stop.signal.aborted; look++) {
    const found: Guarded = await guardRows(context, since);
    findings.push(...found.findings);
    adopted += found.adopted;
    if (found.adopted === 0 || (await waiting()) === 0) break;
    if (look === MOST_LOOKS) throw stillPlaced();
    // Whoever placed them may have placed more a moment ago.
    const waitMs = Math.min(settings.settleMs, LISTED_LATE_MS);
    emit({ type: 'adopted', orders: found.adopted, waitMs });
    await clock.sleep(waitMs, stop.signal);
  }
  return { adopted, findings };
}

const stillPlaced = (): Problem =>
  new Problem('orders_keep_coming', 'The portal shows more orders of this batch each time it is asked.', {
    remedy:
      'Nothing was sent: another run seems to be placing them, with another ledger. Wait until it has ended, then ' +
      'run the same command again.',
    exitStatus: EXIT.stoppedEarly,
  });
