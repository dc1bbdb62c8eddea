import type { CountForm, PortalShape } from '../../src/sandbox/portal-shape.js';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.js';
import type { Chance } from './chance.js';

/**
 * documented: no reference comes back, the serial number is in the details alone
 * well-behaved: all that the documents leave open, but an order can be had and recognised, sooner or later
 * odd: lists that slide, lie or have no order, serial numbers that are hidden, details that fail, clocks that are set
 * without-list: the portal's orders cannot be listed
 */
export const PORTAL_KINDS = ['documented', 'well-behaved', 'odd', 'without-list'] as const;
export type PortalKind = (typeof PORTAL_KINDS)[number];

export interface CampaignPortal {
  readonly kind: PortalKind;
  readonly shape: Partial<PortalShape> & Pick<SandboxOptions, 'older'>;
  /** The latest that an order is listed after it was placed, ms. */
  readonly lagMs: number;
  /** Who has no ledger of an order can recognise it all the same. */
  readonly recognises: boolean;
  /** Also one that was not placed through the API. */
  readonly recognisesByHand: boolean;
}

const DAY_MS = 86_400_000;

/** @param rows how many orders will be placed, at least */
export function portalFor(chance: Chance, rows: number): CampaignPortal {
  const drawn = chance.between(0, 1);
  const kind =
    drawn < 0.35 ? 'documented' : drawn < 0.65 ? 'well-behaved' : drawn < 0.95 ? 'odd' : 'without-list';
  const listLagMs = chance.often(0.6) ? chance.whole(20, 150) : 0;
  const listLagSpreadMs = chance.often(0.3) ? chance.whole(20, 150) : 0;
  const common: CampaignPortal['shape'] = {
    listLagMs,
    listLagSpreadMs,
    listOrder: chance.one(['newest-first', 'newest-first', 'oldest-first', 'hash', 'shuffled']),
    maxPageSize: chance.one([7, 25, 100, 100]),
    pastEnd: chance.one(['empty', 'empty', 'last', '404', 'null']),
    clockOffsetMs: chance.often(0.5) ? chance.whole(-600_000, 600_000) : 0,
    dateOffsetMs: chance.often(0.2) ? chance.whole(-300_000, 300_000) : 0,
    ...(chance.often(0.5)
      ? { older: { count: chance.whole(1, 40), spreadMs: chance.whole(1, 60) * DAY_MS } }
      : {}),
  };
  const lagMs = listLagMs + listLagSpreadMs;
  const recognised = { lagMs, recognises: true, recognisesByHand: true };
  if (kind === 'documented') return { kind, shape: { ...common, ...DOCUMENTED }, ...recognised };
  const open = { ...common, ...openQuestions(chance) };
  if (kind === 'well-behaved') return { kind, shape: open, ...recognised };
  if (kind === 'without-list') {
    const refused: CampaignPortal['shape'] = { ...open, listRefused: chance.one([403, 404]) };
    return { kind, shape: refused, lagMs, recognises: false, recognisesByHand: false };
  }
  const hides = chance.often(0.3);
  const slides = chance.often(0.25);
  const shape = {
    ...open,
    ...oddities(chance),
    ...(hides ? hidden(chance) : {}),
    ...(slides ? { window: { newest: chance.whole(1, rows * 2) } } : {}),
  };
  const recognises = !hides && !slides;
  return {
    kind,
    shape,
    lagMs,
    recognises,
    recognisesByHand: recognises && shape.failingDetails === undefined,
  };
}

/** Said in full: a sandbox's defaults may be others. */
const DOCUMENTED = {
  reference: 'nowhere',
  referenceForm: 'whole',
  listSerial: 'absent',
  detailsSerial: 'whole',
} as const satisfies Partial<PortalShape>;

const openQuestions = (chance: Chance): Partial<PortalShape> => ({
  reference: chance.one(['list', 'details', 'nowhere']),
  referenceForm: chance.one([
    'whole',
    'whole',
    'lower',
    'padded',
    { cutTo: chance.whole(4, 30) },
    { cutTo: 20 },
  ]),
  listSerial: chance.one(['absent', 'whole', 'masked', 'product']),
  detailsSerial: 'whole',
  createTime: chance.one(['whole', 'whole', 'seconds']),
  ...(chance.often(0.3) ? { total: 'absent' } : {}),
  ...(chance.often(0.3) ? { totalPage: 'absent' } : {}),
  ...(chance.often(0.3) ? { count: chance.one(['honest', 'absent']) } : {}),
});

const oddCount = (chance: Chance): CountForm =>
  chance.one([
    'page',
    'absent',
    { cachedMs: chance.whole(100, 60_000) },
    { offBy: chance.one([-3, -1, 1, 20]) },
  ]);

const oddities = (chance: Chance): Partial<PortalShape> => ({
  // Such a portal may know no other page.
  ...(chance.often(0.15) ? { pastEnd: 'first' } : {}),
  ...(chance.often(0.3) ? { total: oddCount(chance) } : {}),
  ...(chance.often(0.3) ? { totalPage: oddCount(chance) } : {}),
  ...(chance.often(0.15) ? { listOrder: 'unstable' } : {}),
  ...(chance.often(0.3) ? { createTime: chance.one(['minutes', 'absent']) } : {}),
  ...(chance.often(0.2) ? { clockDrift: chance.one([-0.02, 0.02]) } : {}),
  ...(chance.often(0.3)
    ? { clockSteps: [{ afterMs: chance.whole(500, 8_000), ms: chance.whole(-120_000, 120_000) }] }
    : {}),
  ...(chance.often(0.25)
    ? {
        failingDetails: {
          how: chance.one(['500', '403', 'html', 'empty']),
          // Each that answers 500 is asked for again and again, in every run.
          share: chance.between(0.05, 0.3),
          foreignOnly: true,
        },
      }
    : {}),
});

/** Serial numbers that cannot be read, or not of all orders. */
const hidden = (chance: Chance): Partial<PortalShape> =>
  chance.one<Partial<PortalShape>>([
    {
      detailsSerial: chance.one(['masked', 'product', 'absent']),
      listSerial: chance.one(['absent', 'masked']),
    },
    { failingDetails: { how: chance.one(['500', '403', 'html', 'empty']), share: 0.3, foreignOnly: false } },
  ]);
