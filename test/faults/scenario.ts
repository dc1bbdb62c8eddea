import { DEFAULT_CONTACTS, DEFAULT_PLANS } from '../../src/sandbox/catalog.js';
import { FAULT_KINDS, type FaultRule } from '../../src/sandbox/faults.js';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.js';
import { serialNumberOf } from '../support/program.js';
import { type Chance, chanceFrom } from './chance.js';
import { RELAY_POINTS, type RelayPoint } from './relay.js';

export interface Line {
  readonly sn: string;
  readonly plan: string;
  readonly multiCycle: number;
  readonly billingContact: string;
  readonly poNumber: string;
  /** What the names above stand for. */
  readonly planId: string;
  readonly billingId: string;
}

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
      readonly signal: 'SIGINT' | 'SIGTERM';
      readonly nth: number;
      /** A second signal, after which the program does not wait. */
      readonly again: boolean;
    };

export interface Round {
  readonly faults: readonly FaultRule[];
  readonly end: End;
  readonly options: readonly string[];
  /** Whether the rows come in another order, or as the results of the run before. */
  readonly file: 'same' | 'shuffled' | 'results';
  readonly loseLedger: boolean;
  /** A second run of the same command beside this one. */
  readonly rival: boolean;
  /** The portal cannot be reached: from which order on, and how long, ms. */
  readonly outage: { readonly nth: number; readonly ms: number } | undefined;
  /** `reconcile` instead of a run. */
  readonly reconcile: boolean;
}

export interface Scenario {
  readonly seed: number;
  readonly lines: readonly Line[];
  readonly sandbox: SandboxOptions;
  /** In every run, and with `reconcile`. */
  readonly times: readonly string[];
  /** In every run. */
  readonly options: readonly string[];
  readonly rounds: readonly Round[];
  /** The latest that an order shows up after it was sent, ms: `--settle` is above it. */
  readonly latestMs: number;
  readonly settleMs: number;
}

/** What a machine with other work to do may add to every duration before the limit of `--settle` is passed. */
const STALL_MS = 250;

/** All that a campaign does is drawn from its seed. */
export function scenarioOf(seed: number): Scenario {
  const chance = chanceFrom(seed);
  const timeoutMs = chance.whole(200, 350);
  const listLagMs = chance.often(0.6) ? chance.whole(20, 150) : 0;
  // Only a batch of some hundred rows, with answers that take their time, gets up to its full speed.
  const brisk = chance.often(0.2);
  const latencyMs = brisk ? chance.whole(40, 80) : chance.often(0.5) ? chance.whole(1, 20) : 0;
  const delayMs = chance.whole(20, 200);
  const latestMs = listLagMs + latencyMs + delayMs;
  const settleMs = latestMs + STALL_MS;
  const noReference = chance.often(0.2);
  const reference = chance.often(0.65) ? chance.one(['list', 'list', 'details'] as const) : 'nowhere';
  const lines = linesFor(chance, brisk ? chance.whole(250, 400) : chance.whole(20, 60));
  const sandbox: SandboxOptions = {
    seed: chance.whole(1, 2 ** 31),
    listLagMs,
    latencyMs,
    reference,
    listSerial: chance.often(0.3) ? 'whole' : 'absent',
    listOrder: chance.one(['newest-first', 'oldest-first', 'shuffled']),
    maxPageSize: chance.one([7, 25, 100, 100]),
    clockOffsetMs: chance.often(0.5) ? chance.whole(-600_000, 600_000) : 0,
    dateOffsetMs: chance.often(0.3) ? chance.whole(-300_000, 300_000) : 0,
    tokenLifetimeSeconds: chance.often(0.3) ? chance.whole(1, 3) : 1800,
    pendingShare: chance.often(0.4) ? chance.between(0.05, 0.5) : 0,
    pendingMs: chance.whole(100, 700),
    requireProductNo: chance.often(0.2),
    retryAfter: chance.one(['none', 'none', 'seconds', 'date']),
    ...(!brisk && chance.often(0.3) ? { ratePerSecond: chance.whole(30, 150) } : {}),
  };
  const times = ['--timeout', `${timeoutMs}ms`, '--settle', `${settleMs}ms`];
  const options = [
    ...times,
    ...(noReference ? ['--no-reference'] : []),
    ...(!brisk && chance.often(0.2) ? ['--rate', String(chance.whole(60, 200))] : []),
  ];
  const mayLose = reference !== 'nowhere' && !noReference;
  const rounds = Array.from({ length: chance.whole(2, 4) }, (_, i) =>
    roundOf(chance, { delayMs, rows: lines.length, mayLose: mayLose && i > 0, first: i === 0, brisk }),
  );
  return { seed, lines, sandbox, times, options, rounds, latestMs, settleMs };
}

function linesFor(chance: Chance, count: number): Line[] {
  const from = chance.whole(0, 1000);
  const ownNumbers = chance.often(0.3);
  return Array.from({ length: count }, (_, i) => {
    const plan = chance.one(DEFAULT_PLANS);
    const contact = chance.one(DEFAULT_CONTACTS);
    return {
      sn: chance.often(0.2) ? `36E${serialNumberOf(from + i)}` : serialNumberOf(from + i),
      plan: chance.often(0.3) ? plan.planName.toUpperCase() : plan.planName,
      multiCycle: chance.often(0.2) ? chance.whole(1, 5) : 1,
      billingContact: chance.one([contact.billingContactId, contact.emailAddress, contact.company]),
      // The same number on several orders: one purchase of the user's.
      poNumber: ownNumbers && chance.often(0.4) ? `PO-${chance.whole(1, 5)}` : '',
      planId: plan.planId,
      billingId: contact.billingContactId,
    };
  });
}

interface Surroundings {
  readonly delayMs: number;
  readonly rows: number;
  readonly mayLose: boolean;
  readonly first: boolean;
  readonly brisk: boolean;
}

function roundOf(chance: Chance, { delayMs, rows, mayLose, first, brisk }: Surroundings): Round {
  return {
    faults: faultsFor(chance, delayMs),
    end: endFor(chance, brisk ? rows : Math.ceil(rows / 3)),
    options: [
      ...['--concurrency', String(brisk ? 20 : chance.one([1, 3, 5, 10, 20]))],
      ...['--max-attempts', String(chance.one([1, 2, 5, 20]))],
      ...['--canary', chance.one(['0', '0', '1'])],
      ...['--max-failures', chance.one(['100%', '100%', '50%', '3'])],
      ...['--give-up-after', chance.one(['1s', '5s'])],
      ...(chance.often(0.25) ? ['--on-doubt', 'hold'] : []),
      ...(chance.often(0.15) ? ['--limit', String(chance.whole(1, rows))] : []),
    ],
    file: chance.one(['same', 'same', 'shuffled', 'results']),
    loseLedger: mayLose && chance.often(0.3),
    rival: chance.often(0.1),
    outage: chance.often(0.12) ? { nth: chance.whole(1, rows), ms: chance.whole(50, 900) } : undefined,
    reconcile: !first && chance.often(0.12),
  };
}

function endFor(chance: Chance, latest: number): End {
  const nth = chance.whole(1, latest);
  const draw = chance.between(0, 1);
  if (draw < 0.1) return { kind: 'left-alone' };
  if (draw < 0.25) return { kind: 'kill-at-instant', ms: chance.whole(400, 1500) };
  if (draw < 0.5) return { kind: 'kill-at-ledger', point: chance.one(LEDGER_POINTS), nth };
  if (draw < 0.85) return { kind: 'kill-at-order', point: chance.one(RELAY_POINTS), nth };
  return { kind: 'signal', signal: chance.one(['SIGINT', 'SIGTERM']), nth, again: chance.often(0.3) };
}

/** Those that would fill the time of a campaign are few. */
const COSTLY: readonly FaultRule['kind'][] = ['hang', 'huge', '429', 'delay'];
const REFUSED: readonly FaultRule['kind'][] = ['401', '403', '429', 'expired-token'];
const ON_THE_SIDE = ['list', 'list', 'token', 'catalog', 'any'] as const;

function faultsFor(chance: Chance, delayMs: number): FaultRule[] {
  const onOrders = chance.some(FAULT_KINDS, chance.whole(1, 5)).map((kind) => rule(chance, kind, delayMs));
  const beside = chance.some(FAULT_KINDS, chance.whole(0, 3)).map((kind) => {
    const on = chance.one(ON_THE_SIDE);
    const { times, ...rest } = rule(chance, kind, delayMs);
    // What the start of a run asks for is asked once, so a fault there is a run that does nothing.
    const seldom = on === 'token' || on === 'catalog';
    return { ...rest, on, times: Math.min(times ?? 8, seldom ? 2 : 8) };
  });
  return [...onOrders, ...beside];
}

function rule(chance: Chance, kind: FaultRule['kind'], delayMs: number): FaultRule {
  const stopping = kind === '403' || kind === '401';
  return {
    kind,
    share: chance.between(0.05, stopping ? 0.12 : 0.35),
    // These say that nothing was placed. A portal that lies about it is beyond the promise.
    ...(chance.often(0.5) && !REFUSED.includes(kind)
      ? { when: chance.one(['before', 'after'] as const) }
      : {}),
    ms: delayMs,
    ...(COSTLY.includes(kind) ? { times: kind === 'huge' ? 1 : 3 } : {}),
  };
}
