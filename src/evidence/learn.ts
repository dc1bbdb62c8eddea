import { Problem } from '../common/errors.js';
import type { OrderNo } from '../common/ids.js';
import type { EvidenceContext } from './context.js';
import type { PortalTraits } from './traits.js';

/** Between looks for the first order, ms: most portals show it at once. */
const PAUSES_MS = [100, 300, 1_000];
const LONGEST_PAUSE_MS = 3_000;

type Parts = Pick<EvidenceContext, 'ledger' | 'looker' | 'settings' | 'clock' | 'stop' | 'emit'>;

/**
 * Looks at the portal until it shows an order of ours whose number its answer named, or until `settle` is over: the
 * only sure case from which to learn what the portal shows of an order. Says what it cannot be relied on for.
 */
export async function learnFromOrder(context: Parts, orderNo: OrderNo): Promise<void> {
  const { settings, clock, stop, emit } = context;
  const giveUpAt = clock.monotonic() + settings.settleMs;
  for (let attempt = 0; !stop.signal.aborted; attempt++) {
    // A long list in an order of its own has new orders anywhere.
    const traits = await lookFor(context, orderNo, attempt === 0 ? 'ends' : 'whole');
    if (traits !== undefined) {
      if (!showsWhose(traits)) emit({ type: 'warning', message: SHOWS_NOTHING });
      return;
    }
    const left = giveUpAt - clock.monotonic();
    if (left <= 0) break;
    await clock.sleep(Math.min(PAUSES_MS[attempt] ?? LONGEST_PAUSE_MS, left), stop.signal);
  }
  if (stop.signal.aborted) return;
  emit({
    type: 'warning',
    message:
      `The portal does not show order ${orderNo} yet, though its answer named it. Rows whose answer is lost may ` +
      'stay in doubt: a longer --settle may help.',
  });
}

/** What the portal is like, once it shows the order; `undefined`: it does not yet. */
async function lookFor(
  { ledger, looker }: Parts,
  orderNo: OrderNo,
  how: 'ends' | 'whole',
): Promise<PortalTraits | undefined> {
  try {
    const { look } = await looker.look(how);
    const seen = await ledger.mirror.order(orderNo);
    if (seen?.lastLook !== look.no) return undefined;
    const asked = await looker.ask(orderNo);
    return asked?.details === 'read' ? await looker.traits() : undefined;
  } catch (error) {
    // A portal that cannot be asked now is dealt with when an answer is lost.
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

const showsWhose = ({ serials, references }: PortalTraits): boolean =>
  [serials.list, serials.details].includes('whole') || references.list || references.details;

const SHOWS_NOTHING =
  'The portal shows neither the serial numbers of orders nor our reference. Rows whose answer is lost stay in ' +
  'doubt, and orders of a colleague or of a lost ledger cannot be recognised.';
