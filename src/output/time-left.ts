/**
 * How long a run still takes, ms: until the last row is sent at the pace so far, and until the last lost answer is
 * settled. Pure.
 * @returns undefined while nothing can be said
 */
export function timeLeft(run: {
  /** Rows without an end, with those whose answers are lost. */
  readonly left: number;
  readonly settling: number;
  /** Rows that have ended in so many ms. */
  readonly ended: number;
  readonly ms: number;
  readonly settleMs: number;
  readonly sinceLostMs: number;
}): number | undefined {
  const toSend = Math.max(0, run.left - run.settling);
  const settled = run.settling > 0 ? Math.max(0, run.settleMs - run.sinceLostMs) : 0;
  if (run.left === 0 || (run.ended === 0 && toSend > 0)) return undefined;
  const sent = toSend === 0 ? 0 : (toSend * run.ms) / run.ended;
  return Math.max(sent, settled);
}
