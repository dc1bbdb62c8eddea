import type { FaultRule } from '../../src/sandbox/faults.js';
import type { Chance } from './chance.js';
import { faultsFor } from './fault-rules.js';
import { RELAY_POINTS, type RelayPoint } from './relay.js';

export const LEDGER_POINTS = ['before-intent', 'after-intent', 'before-outcome', 'after-outcome'] as const;
type LedgerPoint = (typeof LEDGER_POINTS)[number];

/** How a run of the program is disturbed. */
export type End =
  | { readonly kind: 'left-alone' }
  | { readonly kind: 'kill-at-instant'; readonly ms: number }
  | { readonly kind: 'kill-at-ledger'; readonly point: LedgerPoint; readonly nth: number }
  | { readonly kind: 'kill-at-order'; readonly point: RelayPoint; readonly nth: number }
  | {
      readonly kind: 'signal';
      readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
      readonly nth: number;
      /** A second signal, after which the program does not wait. */
      readonly again: boolean;
    };

export interface Round {
  readonly who: 'us' | 'colleague';
  readonly faults: readonly FaultRule[];
  readonly end: End;
  readonly options: readonly string[];
  /** Whether the rows come in another order, or as the results of the run before. */
  readonly file: 'same' | 'shuffled' | 'results';
  readonly loseLedger: boolean;
  /** After a lost ledger: under which name the file comes back, and whether with its column poNumber. */
  readonly name: 'orders' | 'renamed';
  readonly withPo: boolean;
  /** A second run of the same command beside this one. */
  readonly rival: boolean;
  /** A colleague orders for other PBXs meanwhile. */
  readonly beside: boolean;
  /** So many rows are ordered by hand at the portal's web page before. */
  readonly byHand: number;
  /** The portal cannot be reached: from which order on, and how long, ms. */
  readonly outage: { readonly nth: number; readonly ms: number } | undefined;
  /** `reconcile` instead of a run. */
  readonly reconcile: boolean;
  /** How the clock of the program's machine is wrong, for clock-steps.cjs; empty: it is right. */
  readonly clock: string;
  /** The portal's clock is set, at the n-th order. */
  readonly portalStep: { readonly nth: number; readonly ms: number } | undefined;
}

export interface Surroundings {
  readonly delayMs: number;
  readonly rows: number;
  /** A ledger may be lost, and colleagues may order the same rows. */
  readonly mayLose: boolean;
  readonly mayOrderByHand: boolean;
  readonly first: boolean;
  readonly brisk: boolean;
  readonly colleague: boolean;
  readonly repeats: boolean;
  readonly portalSteps: boolean;
}

export function roundOf(chance: Chance, around: Surroundings): Round {
  const { delayMs, rows, mayLose, first, brisk, colleague } = around;
  const reconcile = !first && chance.often(0.12);
  return {
    who: colleague && chance.often(0.4) ? 'colleague' : 'us',
    faults: faultsFor(chance, delayMs),
    end: endFor(chance, brisk ? rows : Math.ceil(rows / 3)),
    options: [
      ...['--concurrency', String(brisk ? 20 : chance.one([1, 3, 5, 10, 20]))],
      ...['--max-attempts', String(chance.one([1, 2, 5, 20]))],
      ...['--canary', chance.one(['0', '0', '1'])],
      ...['--max-failures', chance.one(['100%', '100%', '50%', '3'])],
      ...['--give-up-after', chance.one(['1s', '5s'])],
      ...recentOrders(chance, around.repeats),
      ...(chance.often(0.25) ? ['--on-doubt', 'hold'] : []),
      ...(chance.often(0.15) ? ['--limit', String(chance.whole(1, rows))] : []),
    ],
    file: chance.one(['same', 'same', 'shuffled', 'results']),
    loseLedger: mayLose && !first && chance.often(0.3),
    name: chance.one(['orders', 'orders', 'renamed']),
    withPo: chance.often(0.7),
    rival: chance.often(0.1),
    beside: chance.often(0.12),
    byHand: around.mayOrderByHand && chance.often(0.15) ? chance.whole(1, 3) : 0,
    outage: chance.often(0.12) ? { nth: chance.whole(1, rows), ms: chance.whole(50, 900) } : undefined,
    reconcile,
    clock: chance.often(0.2) ? clockFor(chance) : '',
    portalStep:
      around.portalSteps && chance.often(0.3)
        ? { nth: chance.whole(1, rows), ms: chance.whole(-120_000, 120_000) }
        : undefined,
  };
}

const recentOrders = (chance: Chance, repeats: boolean): string[] => {
  if (repeats) return ['--recent-orders', 'repeat'];
  return chance.one([['--recent-orders', 'adopt'], ['--recent-orders', 'adopt'], [], ['--skip-invalid']]);
};

const clockFor = (chance: Chance): string =>
  chance.one([
    `${chance.one([-7_200_000, -60_000, 60_000, 7_200_000])}@0`,
    `${chance.one([-60_000, 60_000, 3_600_000])}@${chance.whole(300, 1_500)}`,
    `60000@${chance.whole(300, 900)},-60000@${chance.whole(900, 2_000)}`,
  ]);

function endFor(chance: Chance, latest: number): End {
  const nth = chance.whole(1, latest);
  const draw = chance.between(0, 1);
  if (draw < 0.1) return { kind: 'left-alone' };
  if (draw < 0.25) return { kind: 'kill-at-instant', ms: chance.whole(400, 1500) };
  if (draw < 0.5) return { kind: 'kill-at-ledger', point: chance.one(LEDGER_POINTS), nth };
  if (draw < 0.85) return { kind: 'kill-at-order', point: chance.one(RELAY_POINTS), nth };
  const signal = chance.one(['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
  return { kind: 'signal', signal, nth, again: chance.often(0.3) };
}
