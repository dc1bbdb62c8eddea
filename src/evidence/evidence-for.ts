import type { SeenOrder } from '../ledger/mirror.js';
import type { OrderRow } from '../ledger/schema.js';
import type { Evidence } from './absence.js';
import type { EvidenceContext } from './context.js';
import type { Looked } from './looker.js';

/** An order of ours from this long before a send is a neighbour: a list that shows later ones shows it, too. */
const NEIGHBOUR_MS = 600_000;

/**
 * Puts together what a look tells of one row. A whole look has to show each order of ours that an answer named since
 * the row's send, less the time that listing may take, and the last one before it. A list that lacks one of them is
 * late, filtered, cached or has slid on.
 */
export async function evidenceFor(
  { ledger, settings }: Pick<EvidenceContext, 'ledger' | 'settings'>,
  { look, traits }: Looked,
  orders: readonly SeenOrder[],
  { row, dueAt }: { readonly row: OrderRow; readonly dueAt: number },
): Promise<Evidence> {
  // Before its time is over, a look proves nothing absent.
  if (!look.whole || look.beganAt < dueAt)
    return { look, traits, orders, missing: undefined, earlier: 'unknown' };
  const { mirror } = ledger;
  const sentAt = row.intended_at ?? row.open_until ?? look.beganAt;
  const until = look.beganAt - settings.settleMs;
  const before = { from: sentAt - NEIGHBOUR_MS, to: Math.min(sentAt - 1, until) };
  const missing =
    (await mirror.notShown('any', { from: sentAt, to: until }, look.no)) ??
    (await mirror.notShown('last', before, look.no));
  return { look, traits, orders, missing, earlier: await mirror.showsAnyOf(row.look_before, look.no) };
}
