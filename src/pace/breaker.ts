import { backoff } from '../common/backoff.js';

/**
 * Whether the portal answers. While it does not, all orders are held, so that no row's attempts are spent on an outage;
 * small requests (probes) try it, and when one is answered a single order is the trial for all the others.
 * Times are the caller's, in ms. Survives JSON.
 */
export type Breaker =
  | { readonly state: 'closed'; readonly lostInARow: number }
  | {
      readonly state: 'open';
      /** When the outage began. */
      readonly since: number;
      /** Probes since then. */
      readonly probes: number;
      /** When the next one goes. */
      readonly probeAt: number;
    }
  | {
      readonly state: 'half-open';
      readonly since: number;
      readonly probes: number;
      /** The trial is under way. */
      readonly trialTaken: boolean;
    };

export type BreakerState = Breaker['state'];

/** Lost answers in a row that are taken for an outage; single ones are settled row by row. */
const TRIP_AFTER = 5;
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 15_000;

export const closed: Breaker = { state: 'closed', lostInARow: 0 };

/**
 * No answer came to an order, or none that proves anything. Pure.
 * @param certain the portal could not even be reached
 * @param random from 0 up to 1, for the pause before the next probe
 */
export function onLost(breaker: Breaker, certain: boolean, now: number, random: number): Breaker {
  switch (breaker.state) {
    case 'open':
      return breaker;
    case 'half-open':
      return open(breaker.since, breaker.probes, now, random);
    case 'closed': {
      const lostInARow = breaker.lostInARow + 1;
      return certain || lostInARow >= TRIP_AFTER ? open(now, 0, now, random) : { ...breaker, lostInARow };
    }
  }
}

/**
 * An order was answered, whatever the answer said. While open only a probe decides: an answer that was under way when
 * the outage began is old news. Pure.
 */
export const onAnswered = (breaker: Breaker): Breaker => (breaker.state === 'open' ? breaker : closed);

/** A probe is back. Pure. */
export function onProbe(breaker: Breaker, answered: boolean, now: number, random: number): Breaker {
  if (breaker.state !== 'open') return breaker;
  const { since, probes } = breaker;
  return answered
    ? { state: 'half-open', since, probes: probes + 1, trialTaken: false }
    : open(since, probes + 1, now, random);
}

/** One order may go: undefined if none may now. Pure. */
export function admit(breaker: Breaker): Breaker | undefined {
  if (breaker.state === 'closed') return breaker;
  return breaker.state === 'open' || breaker.trialTaken ? undefined : { ...breaker, trialTaken: true };
}

/** The order that was admitted did not leave after all: another may be the trial. Pure. */
export const onUnsent = (breaker: Breaker): Breaker =>
  breaker.state === 'half-open' ? { ...breaker, trialTaken: false } : breaker;

const open = (since: number, probes: number, now: number, random: number): Breaker => ({
  state: 'open',
  since,
  probes,
  probeAt: now + Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS + backoff(probes + 1, random)),
});
