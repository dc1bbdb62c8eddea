import type { FaultRule } from '../../src/sandbox/faults.js';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.js';
import { type Chance, chanceFrom } from './chance.js';
import type { Cut } from './database-link.js';
import { faultsFor } from './fault-rules.js';
import { type PortalKind, portalFor } from './portals.js';
import { type Line, linesFor } from './scenario.js';

/** What happens to one of the processes, or to the database. 0 is the run, the others are workers. */
export type Mishap = { readonly afterMs: number } & (
  | { readonly kind: 'kill'; readonly who: number }
  | { readonly kind: 'freeze'; readonly who: number; readonly ms: number }
  | { readonly kind: 'cut'; readonly who: number; readonly how: Cut; readonly ms: number }
  | { readonly kind: 'restart'; readonly how: 'fast' | 'immediate'; readonly ms: number }
  | { readonly kind: 'interrupt'; readonly who: number }
);

export interface TeamScenario {
  readonly seed: number;
  readonly portal: Exclude<PortalKind, 'without-list'>;
  readonly lines: readonly Line[];
  /** Another file that is run at the same time, with some of the same serial numbers and plans. */
  readonly second: readonly Line[] | undefined;
  readonly sandbox: SandboxOptions;
  readonly workers: number;
  readonly mishaps: readonly Mishap[];
  /** Where each process is killed once, for kill-points.cjs; empty: nowhere. */
  readonly killAt: readonly string[];
  readonly faults: readonly FaultRule[];
  /** In every run. */
  readonly options: readonly string[];
  /** As long as something happens. */
  readonly early: readonly string[];
  /** The latest that an order shows up after it was sent, ms: `--settle` is above it. */
  readonly latestMs: number;
  readonly settleMs: number;
}

/** What a machine with other work to do may add to every duration before the limit of `--settle` is passed. */
const STALL_MS = 900;

/** @param short little happens: for the tests that run every day */
export function teamScenarioOf(seed: number, short = false): TeamScenario {
  const chance = chanceFrom(seed);
  const count = short ? 60 : chance.whole(80, 160);
  const latencyMs = chance.whole(60, 150);
  const delayMs = chance.whole(20, 200);
  const timeoutMs = chance.whole(400, 800);
  const portal = portalWithList(chance, count, !short && chance.often(0.25));
  const latestMs = portal.lagMs + latencyMs + delayMs;
  const settleMs = latestMs + STALL_MS;
  const from = chance.whole(0, 1000);
  const lines = linesFor(chance, count, from);
  const second = !short && chance.often(0.25) ? secondFor(chance, lines, from + 2_000) : undefined;
  const workers = short ? 2 : chance.whole(2, 3);
  return {
    seed,
    portal: portal.kind,
    lines,
    second,
    sandbox: {
      ...portal.shape,
      // Looks at many small pages would fill the time of a campaign.
      maxPageSize: chance.one([25, 100]),
      seed: chance.whole(1, 2 ** 31),
      latencyMs,
      tokenLifetimeSeconds: chance.often(0.3) ? chance.whole(2, 5) : 1800,
      pendingShare: chance.often(0.3) ? chance.between(0.05, 0.3) : 0,
      pendingMs: chance.whole(100, 700),
      retryAfter: chance.one(['none', 'none', 'seconds', 'date']),
      ...(chance.often(0.2) ? { ratePerSecond: chance.whole(60, 150) } : {}),
    },
    workers,
    mishaps: short ? SHORT : Array.from({ length: chance.whole(3, 6) }, () => mishapOf(chance, workers)),
    faults: chance.often(0.3) ? [] : faultsFor(chance, delayMs),
    options: [
      ...['--timeout', `${timeoutMs}ms`, '--settle', `${settleMs}ms`],
      ...['--concurrency', String(chance.one([3, 6, 10]))],
      ...(chance.often(0.2) ? ['--no-reference'] : []),
      ...(chance.often(0.2) ? ['--rate', String(chance.whole(30, 150))] : []),
    ],
    early: [
      ...['--canary', chance.one(['0', '1', '2'])],
      ...['--max-failures', chance.one(['100%', '100%', '50%'])],
      ...['--max-attempts', String(chance.one([2, 5, 20]))],
      ...(chance.often(0.15) ? ['--on-doubt', 'hold'] : []),
      ...(chance.often(0.15) ? ['--limit', String(chance.whole(1, count))] : []),
    ],
    latestMs,
    settleMs,
    killAt: Array.from({ length: workers + 1 }, () => killPoint(chance, short)),
  };
}

/** In the moments between an intent, its order and what came of it: a time that is drawn seldom meets one. */
function killPoint(chance: Chance, short: boolean): string {
  if (short || chance.often(0.5)) return '';
  const point = `${chance.one(['before', 'sent', 'after'])}-${chance.one(['intent', 'outcome'])}`;
  return `${point}:${chance.whole(1, 20)}`;
}

/** Only a sound one allows the promise of every row done; an odd one, that none is ordered twice. */
function portalWithList(chance: Chance, rows: number, odd: boolean) {
  for (;;) {
    const { kind, ...portal } = portalFor(chance, rows);
    if (kind !== 'without-list' && (kind === 'odd') === odd) return { kind, ...portal };
  }
}

function secondFor(chance: Chance, first: readonly Line[], from: number): readonly Line[] {
  const same = first.slice(0, chance.whole(10, 40)).map((line) => ({ ...line, poNumber: '' }));
  return [...linesFor(chance, chance.whole(10, 40), from), ...same];
}

/** One of each kind that is soon over. */
const SHORT: readonly Mishap[] = [
  { kind: 'freeze', afterMs: 100, who: 2, ms: 1_000 },
  { kind: 'kill', afterMs: 200, who: 1 },
  { kind: 'restart', afterMs: 500, how: 'immediate', ms: 0 },
];

function mishapOf(chance: Chance, workers: number): Mishap {
  const afterMs = chance.whole(50, 1_800);
  const who = chance.whole(0, workers);
  const draw = chance.between(0, 1);
  if (draw < 0.3) return { kind: 'kill', afterMs, who };
  if (draw < 0.55) return { kind: 'freeze', afterMs, who, ms: chance.one([1_000, 2_000, 4_000, 15_000]) };
  if (draw < 0.75)
    return {
      kind: 'cut',
      afterMs,
      who,
      how: chance.one(['silent', 'reset']),
      ms: chance.whole(500, 8_000),
    };
  if (draw < 0.9)
    return {
      kind: 'restart',
      afterMs,
      how: chance.one(['fast', 'immediate']),
      ms: chance.whole(0, 2_000),
    };
  return { kind: 'interrupt', afterMs, who };
}
