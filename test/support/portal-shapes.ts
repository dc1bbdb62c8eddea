import fc from 'fast-check';
import {
  type CountForm,
  DEFAULT_SHAPE,
  DETAILS_FAILURES,
  LIST_ORDERS,
  PAST_ENDS,
  type PortalShape,
  REFERENCE_PLACES,
  SERIAL_FORMS,
  TIME_FORMS,
} from '../../src/sandbox/portal-shape.js';
import { PRICE_FORMS } from '../../src/sandbox/pricing.js';

/** What happens before a request of ours is served, each by its chance (0 to 1). */
export interface Unrest {
  /** Orders of others come in, up to `burst` at a time. */
  readonly arrivals: number;
  readonly burst: number;
  /** An order of others leaves the list for good. */
  readonly departures: number;
  /** Somebody sets the portal's clock. */
  readonly portalSteps: number;
  /** Somebody sets the clock of the machine that the program runs on. */
  readonly ourSteps: number;
  /** How far a clock is set at most, forward or back. */
  readonly stepMs: number;
  /** How long a request takes at most. */
  readonly latencyMs: number;
}

/** A portal and what goes on there. */
export interface PortalWorld extends PortalShape {
  readonly seed: number;
  /** Orders of others from before, over the last 30 days. */
  readonly older: number;
  readonly unrest: Unrest;
}

/** The latest that an order is listed after it was placed: `--settle` has to be above it. */
export const latestMs = ({ listLagMs, listLagSpreadMs }: PortalShape): number => listLagMs + listLagSpreadMs;

const HOUR_MS = 3_600_000;
const often = (share: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 0, max: 99 }).map((drawn) => drawn >= 100 - share * 100);
const mostly = <T>(usual: T, otherwise: fc.Arbitrary<T>, share = 0.4): fc.Arbitrary<T> =>
  often(share).chain((is) => (is ? otherwise : fc.constant(usual)));
const chance = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 100 }).map((drawn) => (drawn / 100) * most);

const countForm = fc.oneof(
  fc.constantFrom<CountForm>('honest', 'page', 'absent'),
  fc.integer({ min: 1, max: 60_000 }).map((cachedMs) => ({ cachedMs })),
  fc.integer({ min: -5, max: 5 }).map((offBy) => ({ offBy })),
);

const places = {
  reference: fc.constantFrom(...REFERENCE_PLACES),
  referenceForm: mostly<PortalShape['referenceForm']>(
    'whole',
    fc.oneof(
      fc.constantFrom('lower' as const, 'padded' as const),
      fc.integer({ min: 1, max: 30 }).map((cutTo) => ({ cutTo })),
    ),
  ),
  listSerial: fc.constantFrom(...SERIAL_FORMS),
};

const calm: Unrest = {
  arrivals: 0,
  burst: 1,
  departures: 0,
  portalSteps: 0,
  ourSteps: 0,
  stepMs: 0,
  latencyMs: 200,
};

/** Every portal that the documents leave possible, and what may go on there meanwhile. */
export const portalShape = (): fc.Arbitrary<PortalWorld> =>
  fc.record({
    ...places,
    detailsSerial: mostly('whole', fc.constantFrom(...SERIAL_FORMS)),
    listOrder: fc.constantFrom(...LIST_ORDERS),
    window: mostly<PortalShape['window']>(
      undefined,
      fc.oneof(
        fc.integer({ min: 1, max: 30 }).map((newest) => ({ newest })),
        fc.integer({ min: 1, max: 30 * 24 }).map((hours) => ({ lastMs: hours * HOUR_MS })),
        fc.integer({ min: 5, max: 120 }).map((seconds) => ({ lastMs: seconds * 1000 })),
      ),
    ),
    total: mostly<CountForm>('honest', countForm),
    totalPage: mostly<CountForm>('honest', countForm),
    count: mostly<CountForm>('page', countForm),
    maxPageSize: fc.constantFrom(1, 2, 3, 5, 7, 25, 100),
    pastEnd: fc.constantFrom(...PAST_ENDS),
    listLagMs: mostly(0, fc.integer({ min: 0, max: 5_000 })),
    listLagSpreadMs: mostly(0, fc.integer({ min: 0, max: 5_000 })),
    clockOffsetMs: mostly(0, fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS })),
    dateOffsetMs: mostly(0, fc.integer({ min: -300_000, max: 300_000 }), 0.2),
    clockDrift: mostly(0, fc.constantFrom(-0.02, -0.001, 0.001, 0.02), 0.2),
    clockSteps: mostly<PortalShape['clockSteps']>(
      [],
      fc.array(
        fc.record({
          afterMs: fc.integer({ min: 0, max: 60_000 }),
          ms: fc.integer({ min: -HOUR_MS, max: HOUR_MS }),
        }),
        { maxLength: 2 },
      ),
      0.2,
    ),
    createTime: mostly('whole', fc.constantFrom(...TIME_FORMS), 0.3),
    failingDetails: mostly<PortalShape['failingDetails']>(
      undefined,
      fc.record({
        how: fc.constantFrom(...DETAILS_FAILURES),
        share: chance(1),
        foreignOnly: fc.boolean(),
      }),
      0.2,
    ),
    prices: fc.constantFrom(...PRICE_FORMS),
    listRefused: fc.constant(undefined),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    older: mostly(0, fc.integer({ min: 0, max: 40 }), 0.7),
    unrest: fc.record({
      arrivals: mostly(0, chance(0.5)),
      burst: fc.integer({ min: 1, max: 5 }),
      departures: mostly(0, chance(0.3), 0.3),
      portalSteps: mostly(0, chance(0.1), 0.2),
      ourSteps: mostly(0, chance(0.1), 0.3),
      stepMs: fc.constantFrom(1_000, 60_000, HOUR_MS, 24 * HOUR_MS),
      latencyMs: fc.constantFrom(0, 20, 200, 2_000),
    }),
  });

/**
 * Portals as they are documented at their best: the details show whole serial numbers and never fail, the list
 * has every order and a stable order, its counts are true or missing, no clock is set. What is changed of
 * references, and in which order the list comes, is open all the same.
 */
export const wellBehaved = (): fc.Arbitrary<PortalWorld> =>
  fc.record({
    ...places,
    detailsSerial: fc.constant('whole' as const),
    listOrder: fc.constantFrom('newest-first', 'oldest-first', 'hash'),
    window: fc.constant(undefined),
    total: fc.constantFrom<CountForm>('honest', 'absent'),
    totalPage: fc.constantFrom<CountForm>('honest', 'absent'),
    count: fc.constantFrom<CountForm>('page', 'honest', 'absent'),
    maxPageSize: fc.constantFrom(3, 7, 25, 100),
    // A portal that shows its first page for every number may know no other: a full one proves nothing.
    pastEnd: fc.constantFrom(...PAST_ENDS.filter((end) => end !== 'first')),
    listLagMs: mostly(0, fc.integer({ min: 0, max: 3_000 })),
    listLagSpreadMs: mostly(0, fc.integer({ min: 0, max: 3_000 })),
    clockOffsetMs: mostly(0, fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS })),
    dateOffsetMs: fc.constant(DEFAULT_SHAPE.dateOffsetMs),
    clockDrift: fc.constant(DEFAULT_SHAPE.clockDrift),
    clockSteps: fc.constant(DEFAULT_SHAPE.clockSteps),
    createTime: fc.constantFrom('whole', 'seconds'),
    failingDetails: fc.constant(undefined),
    prices: fc.constantFrom(...PRICE_FORMS),
    listRefused: fc.constant(undefined),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    older: mostly(0, fc.integer({ min: 0, max: 40 }), 0.7),
    unrest: fc.record({
      arrivals: mostly(0, chance(0.1)),
      burst: fc.constant(1),
      departures: fc.constant(calm.departures),
      portalSteps: fc.constant(calm.portalSteps),
      ourSteps: fc.constant(calm.ourSteps),
      stepMs: fc.constant(calm.stepMs),
      latencyMs: fc.constantFrom(0, 20, 200),
    }),
  });

/** A portal that is the default one but for what is named, where nothing else happens. */
export const aPortal = (more: Partial<PortalWorld> = {}): PortalWorld => ({
  ...DEFAULT_SHAPE,
  seed: 1,
  older: 0,
  unrest: calm,
  ...more,
});
