/** A row that is turned away (429) again and again. Times are monotonic ms. */
export interface TurnedAway {
  readonly since: number;
  /** How often. */
  readonly times: number;
  /** When such a send last spent an attempt. */
  readonly spentAt: number;
}

/** The portal may turn everything away for some seconds: that long it must not use up a row's attempts. */
const ONE_OUTAGE_MS = 5_000;

/**
 * What a send that was turned away means for its row. Sends within one outage spend one attempt together. Pure.
 * @param before the sends just before it that were turned away; undefined: there was none
 * @param startedAt when this one started
 * @param attempts spent before it
 */
export function onTurnedAway(
  before: TurnedAway | undefined,
  startedAt: number,
  attempts: number,
  maxAttempts: number,
): { readonly turnedAway: TurnedAway; readonly spends: boolean; readonly usedUp: boolean } {
  const isNews = before === undefined || startedAt - before.spentAt >= ONE_OUTAGE_MS;
  const spends = isNews && attempts < maxAttempts;
  const since = before?.since ?? startedAt;
  return {
    turnedAway: { since, times: (before?.times ?? 0) + 1, spentAt: isNews ? startedAt : before.spentAt },
    spends,
    usedUp: attempts + (spends ? 1 : 0) >= maxAttempts && startedAt - since >= ONE_OUTAGE_MS,
  };
}
