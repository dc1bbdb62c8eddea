import type { LimitFunction } from 'p-limit';
import { backoff } from '../common/backoff.js';
import { cycleOfRow } from '../common/billing-cycle.js';
import { Problem } from '../common/errors.js';
import type { Reference } from '../common/ids.js';
import { asClause } from '../common/sentence.js';
import { referenceOf } from '../evidence/reference.js';
import { takeRowOut } from '../evidence/take-row-out.js';
import type { ResolvedRow } from '../job/define.js';
import { orderedElsewhere } from '../ledger/decide-load.js';
import type { OrderRow } from '../ledger/schema.js';
import { createLeaver } from './claim-and-post.js';
import type { SendContext } from './context.js';
import { lose, recordPlaced, type Written } from './record-answer.js';
import { onTurnedAway, type TurnedAway } from './turned-away.js';

/**
 * How a row left its slot. `untouched`: the run stopped before it was sent; it stands as it did. `answered`:
 * its request is over and its outcome is being written, in one commit with the intent of whoever is next.
 */
export type SendResult =
  | Written
  | { readonly kind: 'untouched' }
  | { readonly kind: 'answered'; readonly written: Promise<Written> };

/** Refusals of access in a row after which it is the access that is gone, not the rows that are wrong. */
const FORBIDDEN_IN_A_ROW = 5;

/**
 * Sends one row, again if it is proven that nothing was placed, until it has an end or its answer is lost.
 * Intent on disk before each POST, outcome after it.
 */
export function createSender(
  context: SendContext,
  slots: LimitFunction,
): (row: OrderRow) => Promise<SendResult> {
  const { batch, runNo, job, settings, ledger, portal, stop, clock, emit } = context;
  const leave = createLeaver(context, slots);
  let forbiddenInARow = 0;
  /** Rows whose only doubt is a conflict that a look was to explain. */
  const conflicts = new Set<OrderRow['sn_key']>();

  return async (row) => {
    const key = { batch, snKey: row.sn_key };
    const reference = referenceOf(batch, settings.useReference, row);
    const body = job.order(resolved(row, reference));
    let attempts = row.sent_run === runNo ? row.run_attempts : 0;
    let mayRepeat = settings.allowRepeat;
    let tokenRefused = false;
    let turnedAway: TurnedAway | undefined;

    for (;;) {
      const left = await leave({ key, reference, body, mayRepeat, owner: row.owner });
      if (left.kind === 'stopped' || left.kind === 'not_ours') return { kind: 'untouched' };
      if (left.kind === 'ordered_elsewhere') {
        if (job.standsFor(left.operation, cycleOfRow(row)) > 0) return await takeOut(row, left);
        mayRepeat = true;
        continue;
      }
      const send = { ...key, claimNo: left.claimNo };
      if (left.kind === 'withdrawn') {
        await ledger.record({ move: 'withdraw', ...send, counts: false });
        continue;
      }
      const { outcome, startedAt } = left;
      const sent = outcome.kind !== 'never-sent';
      if (sent) attempts++;
      emit({
        type: 'attempt',
        serialNumber: row.serial_number,
        attempt: attempts,
        outcome,
        durationMs: Math.round(clock.monotonic() - startedAt),
      });
      if (outcome.kind !== 'refused' || !outcome.forbidden) forbiddenInARow = 0;
      if (outcome.kind === 'placed' || outcome.kind === 'unknown') conflicts.delete(row.sn_key);

      switch (outcome.kind) {
        case 'placed':
          return { kind: 'answered', written: recordPlaced(context, send, outcome) };
        case 'refused': {
          if (outcome.conflict && needsALook(row)) return await lose(context, send, outcome);
          if (outcome.forbidden && (await accessLost())) {
            await ledger.record({ move: 'withdraw', ...send, reason: outcome, counts: true });
            return { kind: 'untouched' };
          }
          if (outcome.forbidden) countForbidden();
          await ledger.record({ move: 'refuse', ...send, reason: outcome, at: clock.now() });
          return { kind: 'ended', status: 'failed', code: outcome.code };
        }
        case 'never-sent': {
          await ledger.record({ move: 'withdraw', ...send, reason: outcome, counts: false });
          break;
        }
        case 'turned-away': {
          if (outcome.why === 'token') {
            // One new token is tried at once, whatever attempts are left.
            const spent = tokenRefused && attempts >= settings.maxAttempts;
            const lost = outcome.code === 'access_refused' || spent;
            if (lost) stop.request({ kind: 'access-lost', problem: lostAccess(outcome.message) });
            // A second refusal in a row may mean that the access is gone.
            if (lost || (tokenRefused && (await accessLost()))) {
              await ledger.record({ move: 'withdraw', ...send, reason: outcome, counts: true });
              return { kind: 'untouched' };
            }
            tokenRefused = true;
            await ledger.record({ move: 'withdraw', ...send, reason: outcome, counts: true });
            break;
          }
          const news = onTurnedAway(turnedAway, startedAt, attempts - 1, settings.maxAttempts);
          turnedAway = news.turnedAway;
          if (!news.spends) attempts--;
          if (news.usedUp) {
            const message = `not accepted ${turnedAway.times} times, no order was placed: ${outcome.message}`;
            const reason = { ...outcome, message };
            await ledger.record({ move: 'refuse', ...send, reason, at: clock.now() });
            return { kind: 'ended', status: 'failed', code: outcome.code };
          }
          await ledger.record({ move: 'withdraw', ...send, reason: outcome, counts: news.spends });
          // The pause that the portal asks for holds all orders: this row waits for the longer of the two.
          await clock.sleep(backoff(turnedAway.times, clock.random()), stop.signal);
          break;
        }
        case 'unknown':
          return await lose(context, send, outcome);
      }
      if (outcome.kind !== 'turned-away' || outcome.why !== 'token') tokenRefused = false;
      if (outcome.kind !== 'turned-away' || outcome.why !== 'rate') turnedAway = undefined;
    }
  };

  /** Another batch of the ledger was faster: what the checks would have found, had it been there then. */
  async function takeOut(row: OrderRow, other: Pick<OrderRow, 'batch' | 'status'>): Promise<Written> {
    const finding = orderedElsewhere(row.line, row.serial_number, other);
    return { kind: 'ended', ...(await takeRowOut(context, row, finding)) };
  }

  /**
   * "It exists already" may speak of the order itself: a gateway may have sent it twice, or an earlier answer was
   * lost. A look at the portal tells. If it told that there is no order, and no answer was lost, the second
   * conflict is the portal's no.
   */
  function needsALook({ sn_key, doubt_since }: OrderRow): boolean {
    if (doubt_since !== null && conflicts.has(sn_key)) return false;
    if (doubt_since === null) conflicts.add(sn_key);
    return true;
  }

  /** A 401 or 403 may be about the row or about us: a request that any client may make tells which. */
  async function accessLost(): Promise<boolean> {
    try {
      await portal.checkAccess();
      return false;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code !== 'access_refused') return false;
      stop.request({ kind: 'access-lost', problem: error });
      return true;
    }
  }

  /** Orders alone may be forbidden to us while we may still ask: then every row would fail for nothing. */
  function countForbidden(): void {
    forbiddenInARow++;
    if (forbiddenInARow < FORBIDDEN_IN_A_ROW) return;
    const problem = lostAccess(`the last ${forbiddenInARow} orders were forbidden (HTTP 403)`);
    stop.request({ kind: 'access-lost', problem });
  }
}

const lostAccess = (why: string): Problem =>
  new Problem('access_refused', `The portal no longer accepts orders from this client: ${asClause(why)}.`, {
    remedy:
      "Check the client's secret or the access token, its permissions and its allowed IP addresses in the Partner Portal.",
  });

function resolved(row: OrderRow, reference: Reference | null): ResolvedRow {
  return {
    serialNumber: row.serial_number,
    planId: row.plan_id,
    billingContactId: row.billing_contact_id,
    billingCycle: row.billing_cycle,
    multiCycle: row.multi_cycle,
    ...(reference === null ? {} : { poNumber: reference }),
  };
}
