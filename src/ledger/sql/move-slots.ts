import { LEGAL_MOVES, type Move } from '../moves.js';
import type { OrderRow } from '../schema.js';

/** What a move fills into its statement; what it does not speak of is null. */
export type MoveSlots = Pick<
  OrderRow,
  | 'batch'
  | 'sn_key'
  | 'status'
  | 'run_no'
  | 'reference'
  | 'submitted_at'
  | 'finished_at'
  | 'order_no'
  | 'transaction_no'
  | 'order_status'
  | 'instance_id'
  | 'request_id'
  | 'error_code'
  | 'error_message'
  | 'needs_person'
> & {
  readonly claim_no: number | null;
  readonly open_for_ms: number | null;
  readonly uncounted: number;
  readonly look: number;
  readonly settle_ms: number;
};

export function slotsOf(move: Move): MoveSlots {
  const order = 'order' in move ? move.order : undefined;
  const reason = 'reason' in move ? move.reason : undefined;
  return {
    batch: move.batch,
    sn_key: move.snKey,
    status: 'fate' in move ? move.fate : LEGAL_MOVES[move.move].to[0],
    run_no: move.move === 'intend' ? move.runNo : 0,
    reference: 'reference' in move ? (move.reference ?? null) : null,
    submitted_at: move.move === 'intend' ? move.submittedAt : null,
    open_for_ms: 'openForMs' in move ? (move.openForMs ?? null) : null,
    finished_at: 'at' in move ? move.at : null,
    order_no: order?.orderNo ?? null,
    transaction_no: order?.transactionNo ?? null,
    order_status: order?.orderStatus ?? null,
    instance_id: order?.instanceId ?? null,
    request_id: order?.requestId ?? reason?.requestId ?? null,
    error_code: reason?.code ?? null,
    error_message: reason?.message ?? null,
    needs_person: move.move === 'overturn' || (move.move === 'bury' && move.needsPerson) ? 1 : 0,
    claim_no: 'claimNo' in move ? (move.claimNo ?? null) : null,
    look: move.move === 'release' ? move.look : 0,
    settle_ms: move.move === 'release' ? move.settleMs : 0,
    uncounted: move.move === 'withdraw' && !move.counts ? 1 : 0,
  };
}
