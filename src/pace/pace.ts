/** How fast requests leave, as the controller feels it out. Rates are requests a second, times the caller's; survives JSON. */
export type Pace =
  /** No limit was met yet: doubles with the answers. */
  | { readonly phase: 'ramp'; readonly perSecond: number; readonly since: number }
  /** So fast that no limit is expected any more. */
  | { readonly phase: 'free' }
  /** Between a rate that passed and one that failed: a few requests at a rate, then their answers. */
  | {
      readonly phase: 'search';
      readonly low: number;
      readonly high: number;
      readonly perSecond: number;
      readonly since: number;
      /** How many were taken at this rate. */
      readonly taken: number;
    }
  /** The portal asked for a pause: once it is over, what was taken before it tells the limit. */
  | { readonly phase: 'full'; readonly since: number; readonly pausedMs: number }
  /** Held a little below what the portal takes. */
  | ({
      readonly phase: 'steady';
      readonly perSecond: number;
      readonly since: number;
      /** How long before the next trial, ms. */
      readonly holdMs: number;
      /** The pace before the cuts in a row of which none has helped yet. */
      readonly from: number;
      /** It has passed already: in a search, or before a trial that led back to it. */
      readonly hasPassed: boolean;
    } & Trials)
  /** A little faster, to see whether that passes too. */
  | ({ readonly phase: 'trial'; readonly from: number; readonly since: number } & Trials);

interface Trials {
  /** By what share the next trial, or this one, is above the pace that is held. */
  readonly step: number;
  /** The lowest rate that failed since the limit was met; null: none, or it is to be tried again. */
  readonly failedAt: number | null;
  /** Trials in a row that failed. */
  readonly failures: number;
}

const RAMP_START = 250;
/** Few portals have a limit beyond this. */
const FAST = 1_000;
/** Requests a second that are always tried. */
export const FLOOR = 1;

/** Before any limit was met. */
export const startRamp = (now: number): Pace => ({
  phase: 'ramp',
  perSecond: RAMP_START,
  since: now,
});

/** Requests a second allowed now; null: any number. */
export function rateOf(pace: Pace): number | null {
  switch (pace.phase) {
    case 'free':
      return null;
    case 'full':
      return FLOOR;
    case 'trial':
      return pace.from * (1 + pace.step);
    default:
      return pace.perSecond;
  }
}

/** No limit is near: several workers need no slots. Pure. */
export const isUnbounded = (pace: Pace): boolean =>
  pace.phase === 'free' || (pace.phase === 'ramp' && pace.perSecond > FAST);

/** The same pace by a clock that is ahead by so many ms, or after an outage of so many. Pure. */
export const rebase = (pace: Pace, byMs: number): Pace =>
  pace.phase === 'free' ? pace : { ...pace, since: pace.since + byMs };
