/**
 * How fast to go against a limit that nobody documents. The pace ramps up until the portal pushes back,
 * is cut to what the portal was seen to accept, holds, and then feels its way up again.
 */
export interface AdaptiveRate {
  /** Starts a second while neither ramping nor free; Infinity: no limit met. */
  readonly base: number;
  readonly phase: 'ramp' | 'free' | 'hold';
  /** When this phase began, monotonic ms. */
  readonly since: number;
  /** How long a cut pace is held before growing, ms. */
  readonly holdMs: number;
  /** What the portal accepted in a second when it last pushed back. */
  readonly ceiling: number;
  /** The pace at which it did. */
  readonly cutFrom: number;
  /**
   * `fast` while so little was accepted that the pushbacks may have another reason than our pace: a portal
   * that turns away at random must not slow a batch to a crawl.
   */
  readonly growth: 'slow' | 'fast';
}

const RAMP_START = 250;
const RAMP_STEP_MS = 100;
const RAMP_END = 5_000;
/** Below this no cut goes: a slower portal is met by pauses. */
const FLOOR = 4;
/** A cut pace stays this far below what was accepted, so that jitter does not reach the limit. */
const MARGIN = 0.98;
/** At most this much is lost at one cut; more needs the portal to push back again. */
const DEEPEST_CUT = 0.7;
/** The limit is at least this share of a slowly grown pace at which the portal pushed back. */
const NEAR_LIMIT = 0.95;
/** With fewer accepted in the last second a pushback says little about a limit. */
const FEW = 10;
const FAST_HOLD_MS = 200;
const FAST_DOUBLING_MS = 300;
/** A pace that the portal confirmed as its limit, after it had been held, is held long: a probe costs a pause. */
const CONFIRMED_HOLD_MS = 60_000;
const UNCONFIRMED_HOLD_MS = 2_000;

export const startRamp = (now: number): AdaptiveRate => ({
  base: RAMP_START,
  phase: 'ramp',
  since: now,
  holdMs: UNCONFIRMED_HOLD_MS,
  ceiling: 0,
  cutFrom: Number.POSITIVE_INFINITY,
  growth: 'slow',
});

/**
 * A request was accepted. One that was started after the last step lets the ramp double; one that was under
 * way at a cut tells that the portal takes more than was seen by then. Pure.
 * @param accepted requests accepted in the last second
 */
export function onAccepted(
  rate: AdaptiveRate,
  startedAt: number,
  now: number,
  accepted: number,
): AdaptiveRate {
  if (rate.phase === 'hold' && rate.growth === 'slow' && startedAt < rate.since && accepted > rate.ceiling) {
    return {
      ...rate,
      ceiling: accepted,
      base: Math.max(rate.base, Math.min(accepted * MARGIN, rate.cutFrom)),
    };
  }
  if (rate.phase !== 'ramp' || startedAt < rate.since || now - rate.since < RAMP_STEP_MS) return rate;
  const base = rate.base * 2;
  return base > RAMP_END
    ? { ...rate, base: Number.POSITIVE_INFINITY, phase: 'free' }
    : { ...rate, base, since: now };
}

/**
 * The portal pushed back on a request that was started at this pace. Pure.
 * @param accepted requests accepted in the last second
 */
export function onPushback(
  rate: AdaptiveRate,
  startedAt: number,
  now: number,
  accepted: number,
): AdaptiveRate {
  // Requests that were already under way at the last cut say nothing about the pace since.
  if (rate.phase === 'hold' && startedAt < rate.since) return rate;
  const current = currentRate(rate, now);
  if (accepted < FEW && rate.ceiling < 2 * FEW) {
    const base = Math.max(FLOOR, accepted, Math.min(current, RAMP_START) / 2);
    return {
      base,
      phase: 'hold',
      since: now,
      holdMs: FAST_HOLD_MS,
      ceiling: accepted,
      cutFrom: current,
      growth: 'fast',
    };
  }
  const first = rate.phase !== 'hold' || rate.growth === 'fast';
  const confirmed = !first && accepted >= current * 0.8;
  // Answers that jitter are counted late: a pace that grew slowly was not far above the limit when it met it.
  const least = first ? 0 : current * (confirmed ? NEAR_LIMIT : DEEPEST_CUT);
  const ceiling = Math.max(FLOOR, accepted, least);
  // A pace that was held without a pushback before it grew is good enough to go back to.
  const held = now - rate.since >= rate.holdMs;
  const proven = confirmed && held && accepted >= rate.base * 0.95 ? rate.base : 0;
  return {
    base: Math.max(FLOOR, proven, ceiling * MARGIN),
    phase: 'hold',
    since: now,
    holdMs: confirmed && held ? CONFIRMED_HOLD_MS : UNCONFIRMED_HOLD_MS,
    ceiling,
    cutFrom: current,
    growth: 'slow',
  };
}

/** Starts a second allowed now: after the hold the pace grows, slowly at first and then faster. */
export function currentRate(rate: AdaptiveRate, now: number): number {
  if (rate.phase !== 'hold') return rate.base;
  const seconds = (now - rate.since - rate.holdMs) / 1000;
  if (seconds <= 0) return rate.base;
  if (rate.growth === 'fast') return rate.base * 2 ** ((seconds * 1000) / FAST_DOUBLING_MS);
  const grown = rate.base * Math.exp(0.01 * seconds + 0.02 * seconds * seconds);
  return grown > RAMP_END ? Number.POSITIVE_INFINITY : grown;
}
