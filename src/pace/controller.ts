import { FLOOR, type Pace, rateOf } from './pace.js';

/**
 * How fast to go against a limit that nobody documents: a strict distance between requests, a bucket of tokens, a sliding
 * second, a fixed one. As TCP does it (slow start, then a binary search between what passed and what failed, as BIC has
 * it), with one difference: a refusal tells a distance and a count, and both are read. Rates are requests a second, times
 * are the caller's in ms.
 */

/** A request that the portal pushed back on. */
export interface Refused {
  /** When its request left. */
  readonly startedAt: number;
  /** How many were taken in the second before it, those under way too. */
  readonly count: number;
  /** When fewer than so many will have left in a second, if that is what is counted. */
  readonly roomAt: number;
}

const SECOND_MS = 1_000;
/** So long an answer's way and work may take before the ramp doubles without having seen its effect. */
const RAMP_STEP_MS = 100;
const RAMP_END = 5_000;
/** A pace stays this far below what was accepted: 30 ms of jitter in a second do not reach the limit. */
const MARGIN = 0.97;
/** Fewer that were taken in a second do not tell how many a second takes: it may be the distance that counts. */
const FEW = 10;
/**
 * With so many in the second before the first refusal the limit is known well enough that the first trial can wait.
 * Fewer may be the size of a bucket.
 */
const PLENTY = 30;
/** Longer than any window of a second, wherever it begins: a pace that lasts so long has passed. */
const WINDOW_MS = 2_000;
const FIRST_STEP = 0.05;
const LARGEST_STEP = 0.5;
/** Two rates so close are one: between them a trial is worth less than the refusal that it costs. */
const CLOSE = 1 + FIRST_STEP;
/** A trial that fails may cost one in so many, of the requests and of the time. */
const TRIAL_COST = 60;
/** Each trial that fails doubles the time to the next, up to this: limits change seldom. */
const LONGEST_HOLD_MS = 300_000;
/** When far less is accepted than the pace, the limit has fallen. */
const FALLEN = 0.8;
/** A portal that turns away at random slows a batch to this. */
const CRAWL = 4;
/** Requests that go at a rate before it is taken as passed: two distances, and one more than a bucket had left. */
export const TRAIN = 3;

/** The portal took a request that left then. Pure. */
export function onAccepted(pace: Pace, startedAt: number, now: number): Pace {
  switch (pace.phase) {
    case 'free':
    case 'full':
      return pace;
    case 'ramp': {
      if (startedAt < pace.since || now - pace.since < RAMP_STEP_MS) return pace;
      const perSecond = pace.perSecond * 2;
      return perSecond > RAMP_END ? { phase: 'free' } : { ...pace, perSecond, since: now };
    }
    case 'search': {
      if (startedAt <= pace.since) return pace;
      const taken = pace.taken + 1;
      return taken < TRAIN ? { ...pace, taken } : narrowed(pace.perSecond, pace.high, now);
    }
    case 'steady': {
      if (startedAt < pace.since + pace.holdMs) return pace;
      const { perSecond: from, step, failedAt, failures } = pace;
      return { phase: 'trial', from, since: now, step, failedAt, failures };
    }
    case 'trial':
      return startedAt < pace.since + WINDOW_MS ? pace : afterPassed(pace, now);
  }
}

type Search = Extract<Pace, { phase: 'search' }>;
type Steady = Extract<Pace, { phase: 'steady' }>;
type Trial = Extract<Pace, { phase: 'trial' }>;

/** The next trial goes on from this one and is a larger one, but not beyond what failed. */
function afterPassed(trial: Trial, now: number): Pace {
  const from = trial.from * (1 + trial.step);
  if (from > RAMP_END) return { phase: 'free' };
  const { failedAt } = trial;
  if (failedAt !== null && from * CLOSE >= failedAt) {
    return steady(from, now, { holdMs: holdFor(from, 0, trial.failures) });
  }
  const room = failedAt === null ? LARGEST_STEP : (failedAt / from - 1) / 2;
  return { ...trial, from, since: now, step: Math.min(trial.step * 3, LARGEST_STEP, room) };
}

/**
 * The portal pushed back on a request. Pure.
 * @param pausedMs how long it asked to wait
 */
export function onPushback(pace: Pace, refused: Refused, now: number, pausedMs = 0): Pace {
  const { startedAt, count } = refused;
  const resumeAt = now + pausedMs;
  if (count === 0) return afterNothing(pace, startedAt, resumeAt, pausedMs > 0);
  switch (pace.phase) {
    case 'free':
    case 'ramp': {
      const failed = rateOf(pace) ?? RAMP_END;
      // If it asks for a pause, the count tells the limit: a search would cost as many pauses as it has steps.
      if (pausedMs > 0 && count >= FEW) return { phase: 'full', since: resumeAt, pausedMs };
      if (count < FEW) return narrowed(Math.max(FLOOR, count), failed, resumeAt);
      return { phase: 'search', low: count, high: failed, perSecond: count, since: resumeAt, taken: 0 };
    }
    case 'full':
      return resumeAt > pace.since ? { ...pace, since: resumeAt } : pace;
    case 'search':
      return startedAt <= pace.since ? pace : afterFailed(pace, refused, resumeAt);
    case 'steady':
      // What was under way at the last cut says nothing about the pace since.
      return startedAt < pace.since ? pace : cut(pace, refused, resumeAt, pausedMs);
    case 'trial':
      return startedAt < pace.since ? pace : afterTrial(pace, refused, resumeAt, pausedMs);
  }
}

/**
 * Nothing was taken lately: whatever fills the portal, it was not us. After a pause a pace that is known goes on; all
 * others come back carefully.
 */
function afterNothing(pace: Pace, startedAt: number, resumeAt: number, wasPaused: boolean): Pace {
  const isKnown = pace.phase === 'full' || pace.phase === 'steady';
  const since = pace.phase === 'free' || pace.phase === 'ramp' ? Number.NEGATIVE_INFINITY : pace.since;
  if ((isKnown && wasPaused) || startedAt < since) return pace;
  return narrowed(FLOOR, rateOf(pace) ?? RAMP_END, resumeAt);
}

/** If the count of the last second failed at once, it is a second that is counted: it is waited for until it is over. */
function afterFailed(search: Search, { roomAt }: Refused, now: number): Pace {
  const isCount = search.perSecond === search.low;
  return isCount
    ? steady(search.low * MARGIN, Math.max(now, roomAt), { failedAt: search.high })
    : narrowed(search.low, search.perSecond, now);
}

/** The search ends when what passed and what failed are close. */
function narrowed(low: number, high: number, now: number): Pace {
  if (high > low * CLOSE) {
    const middle = Math.sqrt(low * high);
    // Upwards in smaller steps: what passes is free, what fails costs a refusal.
    const perSecond = low < FEW ? middle : Math.min(middle, low * (1 + LARGEST_STEP));
    return { phase: 'search', low, high, perSecond, since: now, taken: 0 };
  }
  return low < FEW
    ? steady(low * MARGIN, now, { failedAt: null, step: LARGEST_STEP, holdMs: WINDOW_MS })
    : steady(low * MARGIN, now, { failedAt: high, hasPassed: true });
}

/**
 * The pause is over: all who were under way are answered by now, in whatever order they arrived. Pure.
 * @param count how many were taken in the last second before the pause
 */
export function afterPause({ since, pausedMs }: Extract<Pace, { phase: 'full' }>, count: number): Pace {
  const perSecond = Math.max(FLOOR, count * MARGIN);
  return count < PLENTY
    ? steady(perSecond, since, { holdMs: WINDOW_MS, step: LARGEST_STEP })
    : steady(perSecond, since, { holdMs: holdFor(perSecond, pausedMs, 0) });
}

/** As little as may help, and twice as much each time if that did not; all at once if far less was taken. */
function cut(pace: Steady, { startedAt, count, roomAt }: Refused, now: number, pausedMs: number): Pace {
  const since = Math.max(now, roomAt);
  const heldMs = startedAt - pace.since;
  const holdMs = holdFor(pace.perSecond, pausedMs, pace.failures);
  if (heldMs >= SECOND_MS && count + 1 < pace.perSecond * FALLEN) {
    return steady(Math.max(FLOOR, count * MARGIN), since, { holdMs, failedAt: pace.perSecond });
  }
  if (pausedMs > 0 && heldMs < SECOND_MS && count >= PLENTY) return { phase: 'full', since: now, pausedMs };
  const lasted = (heldMs * pace.perSecond) / SECOND_MS >= TRIAL_COST;
  const from = lasted ? pace.perSecond : pace.from;
  // A new pace that fails within its first second was far above.
  const least = (heldMs < SECOND_MS && !pace.hasPassed ? 4 : 1) * (1 - MARGIN);
  const lower = pace.perSecond - Math.max(pace.perSecond * least, from - pace.perSecond);
  const floor = Math.max(CRAWL, count * MARGIN);
  const perSecond = Math.max(lower, Math.min(floor, pace.perSecond * MARGIN), FLOOR);
  return { ...pace, perSecond, since, holdMs, from, failedAt: pace.perSecond };
}

/** Back to what was held before the trial. */
function afterTrial(trial: Trial, { startedAt, count }: Refused, now: number, pausedMs: number): Pace {
  const { from, step, failures } = trial;
  const failedAt = from * (1 + step);
  if (startedAt - trial.since >= SECOND_MS && count + 1 < from * FALLEN) {
    return steady(Math.max(FLOOR, count * MARGIN), now, { failedAt });
  }
  const found = 1 + step <= CLOSE || count <= from * (1 + FIRST_STEP / 2);
  const hasPassed = true;
  if (!found) return steady(from, now, { hasPassed, step: step / 2, failedAt, failures, holdMs: WINDOW_MS });
  const holdMs = holdFor(from, pausedMs, failures);
  const next = Math.max(step / 2, FIRST_STEP / 2);
  return steady(from, now, { hasPassed, holdMs, step: next, failures: failures + 1 });
}

function steady(perSecond: number, since: number, more: Partial<Steady> = {}): Steady {
  return {
    phase: 'steady',
    perSecond,
    since,
    holdMs: holdFor(perSecond, 0, 0),
    from: perSecond,
    hasPassed: false,
    step: FIRST_STEP,
    failedAt: null,
    failures: 0,
    ...more,
  };
}

/** So long that a trial that fails costs little. */
const holdFor = (perSecond: number, pausedMs: number, failures: number): number =>
  Math.min(LONGEST_HOLD_MS, TRIAL_COST * (SECOND_MS / perSecond + pausedMs) * 2 ** failures);
