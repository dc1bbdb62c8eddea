/**
 * How fast to go against a limit that nobody documents: a sliding second, a fixed one, a bucket of tokens. The
 * pace ramps up until the portal pushes back, is cut to what the portal was seen to accept, is held, and is
 * then raised in trials. A pushback in a trial leads back to the pace that was held before it.
 */
export interface AdaptiveRate {
  /** Starts a second in this phase, before any trial; Infinity: no limit met. */
  readonly base: number;
  readonly phase: 'ramp' | 'free' | 'hold';
  /** When this phase began, monotonic ms: with `hold` when sending goes on after the pause. */
  readonly since: number;
  /** When the portal pushed back: answers to what was started before tell more of what it takes. */
  readonly cutAt: number;
  /** How long the pace is held before a trial, ms. */
  readonly holdMs: number;
  /** By what share the next trial raises the pace. */
  readonly step: number;
  /** The pace was read off what was accepted by then: answers that were under way still add to it. */
  readonly isReading: boolean;
  /** Whether the pace is known to be accepted: it was held for longer than any window. */
  readonly proven: boolean;
  /** Cuts in a row of a pace that was not proven. */
  readonly cuts: number;
  /** How long the pace is held that a failed trial led back to, ms. */
  readonly patienceMs: number;
  /** The lowest pace at which the portal pushed back lately. */
  readonly failedAt: number;
  /** What the portal accepted in a second when it last pushed back. */
  readonly ceiling: number;
  /**
   * `fast` while so little was accepted that the pushbacks may have another reason than our pace: a portal
   * that turns away at random must not slow a batch to a crawl.
   */
  readonly growth: 'trials' | 'fast';
}

const RAMP_START = 250;
const RAMP_STEP_MS = 100;
const RAMP_END = 5_000;
/** Below this no cut goes: a slower portal is met by pauses. */
const FLOOR = 4;
/** A pace stays this far below what was accepted: 30 ms of jitter in a second do not reach the limit. */
const MARGIN = 0.97;
/**
 * With so many accepted in the second before the first pushback the limit is known well enough that its first trial,
 * which would cost a pause, can wait. Fewer may be the size of a bucket.
 */
const PLENTY = 30;
/** With fewer accepted in the last second a pushback says little about a limit. */
const FEW = 10;
const FAST_HOLD_MS = 200;
const FAST_DOUBLING_MS = 300;

const SECOND_MS = 1_000;
/** Longer than any window of a second, wherever it begins. */
const WINDOW_MS = 2_000;
const FIRST_STEP = 0.05;
const LARGEST_STEP = 0.5;
/** This close below a pace that failed, another trial is worth less than the pause that it costs. */
const CLOSE = 1.06;
const SETTLED_MS = 60_000;
/** Each trial that fails doubles the time to the next, up to this: limits change seldom. */
const LONGEST_PATIENCE_MS = 300_000;
/** When far less is accepted than the pace, the limit has fallen: at most this much is lost at one cut. */
const FALLEN = 0.8;
const DEEPEST_CUT = 0.6;
/** What a pace loses that fails again within so long, ms, or that jitter took to the limit. */
const SLIGHT_CUT = 0.97;
const SOON_MS = 10_000;
/** A pace far above the limit fails sooner than this after a pause. */
const NEARLY_A_SECOND_MS = 900;
/** What a pace that was never proven loses: it may have been read off two windows of the portal's. */
const UNPROVEN_CUT = 0.85;

export const startRamp = (now: number): AdaptiveRate => ({
  base: RAMP_START,
  phase: 'ramp',
  since: now,
  cutAt: Number.NEGATIVE_INFINITY,
  holdMs: WINDOW_MS,
  step: FIRST_STEP,
  isReading: false,
  proven: false,
  cuts: 0,
  patienceMs: SETTLED_MS,
  failedAt: Number.POSITIVE_INFINITY,
  ceiling: 0,
  growth: 'trials',
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
  if (rate.phase === 'hold') {
    const tellsMore = rate.isReading && startedAt < rate.cutAt;
    if (!tellsMore || accepted <= rate.ceiling) return rate;
    const base = Math.max(rate.base, Math.min(accepted * MARGIN, rate.failedAt));
    return { ...rate, ceiling: accepted, base, holdMs: firstHold(accepted) };
  }
  if (rate.phase !== 'ramp' || startedAt < rate.since || now - rate.since < RAMP_STEP_MS) return rate;
  const base = rate.base * 2;
  return base > RAMP_END
    ? { ...rate, base: Number.POSITIVE_INFINITY, phase: 'free' }
    : { ...rate, base, since: now };
}

/**
 * The portal pushed back on a request. Pure.
 * @param startedAt when that request was started, monotonic ms
 * @param accepted requests accepted in the last second
 * @param resumeAt when sending goes on after the pause that the portal asked for, monotonic ms
 */
export function onPushback(
  rate: AdaptiveRate,
  startedAt: number,
  now: number,
  accepted: number,
  resumeAt: number = now,
): AdaptiveRate {
  // What was under way at the last cut says nothing about the pace since, and neither does a second that was
  // full already then: where the pause was short, it goes on being full.
  const full = rate.growth === 'fast' ? rate.since : Math.max(rate.since, rate.cutAt + SECOND_MS);
  if (rate.phase === 'hold' && startedAt < full) return rate;
  const stand = standOf(rate, startedAt);
  const cut: AdaptiveRate = {
    ...rate,
    phase: 'hold',
    since: resumeAt,
    cutAt: now,
    holdMs: WINDOW_MS,
    step: FIRST_STEP,
    isReading: false,
    proven: false,
    cuts: 0,
    failedAt: stand.pace,
    ceiling: accepted,
    growth: 'trials',
  };
  if (accepted < FEW && rate.ceiling < 2 * FEW) {
    const base = Math.max(FLOOR, accepted, Math.min(stand.pace, RAMP_START / 4) / 2);
    return { ...cut, base, holdMs: FAST_HOLD_MS, failedAt: Number.POSITIVE_INFINITY, growth: 'fast' };
  }
  const seen = Math.max(FLOOR, accepted * MARGIN);
  if (rate.phase !== 'hold') {
    return { ...cut, base: Math.min(seen, stand.pace), isReading: true, holdMs: firstHold(accepted) };
  }
  // What a pace failed at while little was known of the limit may have been the second before it.
  if (rate.growth === 'fast')
    return { ...cut, base: seen, failedAt: Number.POSITIVE_INFINITY, isReading: true };
  if (accepted < stand.base * FALLEN) {
    return { ...cut, base: Math.max(seen, stand.base * DEEPEST_CUT), patienceMs: SETTLED_MS };
  }
  if (stand.inTrial) return afterTrial(cut, stand, seen);
  const heldMs = startedAt - rate.since;
  const cutBy = (share: number): number => Math.max(FLOOR, stand.base * share);
  if (!rate.proven && heldMs < WINDOW_MS) {
    const jitter = rate.cuts === 0 && heldMs >= NEARLY_A_SECOND_MS;
    return jitter
      ? { ...cut, base: cutBy(SLIGHT_CUT), holdMs: SETTLED_MS, cuts: 1 }
      : { ...cut, base: cutBy(UNPROVEN_CUT), cuts: rate.cuts + 1 };
  }
  // A stall or another client; what comes back soon is a pace above the limit, or a bucket that has run dry.
  const base = heldMs < SOON_MS ? cutBy(SLIGHT_CUT) : stand.base;
  return { ...cut, base, proven: true, holdMs: SETTLED_MS };
}

const firstHold = (accepted: number): number => (accepted < PLENTY ? WINDOW_MS : SETTLED_MS);

/** Back to what was held before the trial; close enough to what failed, it is held for long. */
function afterTrial(cut: AdaptiveRate, { base, step }: Stand, seen: number): AdaptiveRate {
  const settled = 1 + step <= CLOSE || seen <= base * 1.02;
  if (!settled) return { ...cut, base, proven: true, step: step / 2 };
  const { patienceMs: holdMs } = cut;
  return { ...cut, base, proven: true, holdMs, patienceMs: Math.min(holdMs * 2, LONGEST_PATIENCE_MS) };
}

/** Starts a second allowed now. */
export const currentRate = (rate: AdaptiveRate, now: number): number => standOf(rate, now).pace;

interface Stand {
  /** The pace that was held last. */
  readonly base: number;
  readonly pace: number;
  readonly step: number;
  readonly inTrial: boolean;
}

/** Where a pace stands: each trial that passed is the pace from which the next one, a larger one, goes on. */
function standOf(rate: AdaptiveRate, now: number): Stand {
  let { base, step, failedAt } = rate;
  if (rate.phase !== 'hold') return { base, pace: base, step, inTrial: false };
  let left = now - rate.since - rate.holdMs;
  if (rate.growth === 'fast') {
    const pace = base * 2 ** (Math.max(0, left) / FAST_DOUBLING_MS);
    return { base, pace: pace > RAMP_END ? Number.POSITIVE_INFINITY : pace, step, inTrial: left >= 0 };
  }
  while (left >= WINDOW_MS && base <= RAMP_END) {
    base *= 1 + step;
    left -= WINDOW_MS;
    if (base * CLOSE >= failedAt) {
      left -= rate.patienceMs;
      step = FIRST_STEP;
      failedAt = Number.POSITIVE_INFINITY;
    } else step = Math.min(step * 3, LARGEST_STEP, (failedAt / base - 1) / 2);
  }
  if (base > RAMP_END) base = Number.POSITIVE_INFINITY;
  return left < 0
    ? { base, pace: base, step, inTrial: false }
    : { base, pace: base * (1 + step), step, inTrial: true };
}
