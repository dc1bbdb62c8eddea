import type { BatchId, OrderNo, Reference, SerialKey } from '../common/ids.js';
import type { RowStatus } from './schema.js';

/**
 * The legal moves of a row, and the only ones. Each becomes one guarded UPDATE that must hit one row.
 *
 * | move     | from                       | to        | when |
 * | -------- | -------------------------- | --------- | ---- |
 * | intend   | not_sent, failed           | sending   | before the POST leaves |
 * | place    | sending, in_doubt          | succeeded, pending | the answer shows the order; late, if another process took it for lost |
 * | refuse   | sending                    | failed    | the answer proves that nothing was placed, and it is final for this run |
 * | withdraw | sending                    | not_sent  | it is proven that nothing was placed: it may be sent again |
 * | lose     | sending                    | in_doubt  | the answer is lost, or the process died before it |
 * | find     | in_doubt                   | succeeded, pending | the portal was looked at and shows the order |
 * | release  | in_doubt                   | not_sent  | the portal was looked at, late enough, and does not show it |
 * | adopt    | not_sent, failed           | succeeded, pending | the portal shows an order of the row that this ledger did not place |
 * | confirm  | pending                    | succeeded, pending | asked again |
 * | bury     | sending, in_doubt, pending, not_sent, failed | failed | its order is at the portal and is failed, invalid, cancelled or refunded |
 * | correct  | succeeded, pending         | succeeded, pending | asked again after all was settled, and the portal shows it otherwise |
 * | overturn | succeeded                  | failed    | its order was cancelled, refunded or failed after it had succeeded |
 */
export const LEGAL_MOVES = {
  intend: { from: ['not_sent', 'failed'], to: ['sending'] },
  place: { from: ['sending', 'in_doubt'], to: ['succeeded', 'pending'] },
  refuse: { from: ['sending'], to: ['failed'] },
  withdraw: { from: ['sending'], to: ['not_sent'] },
  lose: { from: ['sending'], to: ['in_doubt'] },
  find: { from: ['in_doubt'], to: ['succeeded', 'pending'] },
  release: { from: ['in_doubt'], to: ['not_sent'] },
  adopt: { from: ['not_sent', 'failed'], to: ['succeeded', 'pending'] },
  confirm: { from: ['pending'], to: ['succeeded', 'pending'] },
  bury: { from: ['sending', 'in_doubt', 'pending', 'not_sent', 'failed'], to: ['failed'] },
  correct: { from: ['succeeded', 'pending'], to: ['succeeded', 'pending'] },
  overturn: { from: ['succeeded'], to: ['failed'] },
} as const satisfies Record<
  string,
  { readonly from: readonly RowStatus[]; readonly to: readonly RowStatus[] }
>;

export type MoveName = keyof typeof LEGAL_MOVES;

export interface RowKey {
  readonly batch: BatchId;
  readonly snKey: SerialKey;
}

/** An order as it is credited to a row. */
export interface CreditedOrder {
  readonly orderNo: OrderNo;
  readonly orderStatus?: string | undefined;
  readonly transactionNo?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | undefined;
}

/** What is written before a POST leaves. The ledger adds the last look that was over by then. */
export type Intent = {
  readonly move: 'intend';
  readonly runNo: number;
  readonly reference: Reference | null;
  readonly submittedAt: number;
  /** In how long the send has ended, whatever happens, ms. */
  readonly openForMs: number;
  /** Also if another batch has ordered the same meanwhile. */
  readonly mayRepeat?: boolean;
  /** Who reserved the row, if several processes share the ledger. */
  readonly owner?: string;
} & RowKey;

/** What came of an intent. The row's send has its number, or another batch has ordered the same and nothing was written. */
export type IntentResult =
  | { readonly kind: 'intended'; readonly claimNo: number }
  | {
      readonly kind: 'ordered_elsewhere';
      readonly batch: BatchId;
      readonly status: RowStatus;
      /** The other batch's `operationType`. */
      readonly operation: string;
    }
  /** The row is another process's by now, or the run is over: nothing was written. */
  | { readonly kind: 'not_ours' };

/** Which send a move speaks of: the number that its intent was given. Absent: the row's last one. */
interface OfSend {
  readonly claimNo?: number;
}

/** What came of a send, or of looking for its order. Times are epoch milliseconds, if nothing else is said. */
export type Result =
  | ({
      readonly move: 'place' | 'find' | 'adopt' | 'confirm' | 'correct';
      readonly fate: 'succeeded' | 'pending';
      readonly order: CreditedOrder;
      readonly at: number;
      /** With `adopt`: the reference by which the order was recognised. */
      readonly reference?: Reference;
    } & RowKey)
  | ({ readonly move: 'refuse'; readonly reason: Reason; readonly at: number } & RowKey & OfSend)
  | ({
      readonly move: 'withdraw';
      /** Absent: there is nothing to tell of a request that never left. */
      readonly reason?: Reason;
      /** Whether the send counts as an attempt: a request that never left does not. */
      readonly counts: boolean;
    } & RowKey &
      OfSend)
  | ({
      readonly move: 'lose';
      readonly reason: Reason;
      /** For how long the request can still be under way, ms. Absent: until the time that its intent named. */
      readonly openForMs?: number;
    } & RowKey &
      OfSend)
  | ({
      readonly move: 'release';
      /** The look that did not find the order: the guard asks whether it was whole and began late enough. */
      readonly look: number;
      readonly settleMs: number;
    } & RowKey &
      OfSend)
  | ({
      readonly move: 'bury';
      readonly order: CreditedOrder;
      readonly reason: Reason;
      readonly at: number;
      /** True: it is not sent again by itself; a person decides. */
      readonly needsPerson: boolean;
    } & RowKey)
  /** A person has to look: whatever was decided about the order, it was decided after it had succeeded. */
  | ({
      readonly move: 'overturn';
      readonly order: CreditedOrder;
      readonly reason: Reason;
      readonly at: number;
    } & RowKey);

export type Move = Intent | Result;

/**
 * `taken`: the order is already credited to another row, so it proves nothing for this one. `late`: the row does not
 * stand where the move can change it, because another process was faster; only if several share the ledger.
 */
export type MoveResult = 'done' | 'taken' | 'late';
