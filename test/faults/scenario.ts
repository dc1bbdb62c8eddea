import { DEFAULT_CONTACTS, DEFAULT_PLANS } from '../../src/sandbox/catalog.js';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.js';
import { serialNumberOf } from '../support/program.js';
import { type Chance, chanceFrom } from './chance.js';
import { type PortalKind, portalFor } from './portals.js';
import { type Round, roundOf } from './rounds.js';

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

/** Somebody else with a ledger of their own. */
export interface Colleague {
  /** Their file's name without its extension: the same one is the same batch. */
  readonly name: string;
  /** Some of our rows, or all. */
  readonly lines: readonly Line[];
}

export interface Scenario {
  readonly seed: number;
  readonly portal: PortalKind;
  readonly lines: readonly Line[];
  /** Rows of other PBXs that a colleague orders for meanwhile. */
  readonly besides: readonly Line[];
  readonly colleague: Colleague | undefined;
  readonly sandbox: SandboxOptions;
  /** In every run, and with `reconcile`. */
  readonly times: readonly string[];
  /** In every run. */
  readonly options: readonly string[];
  readonly rounds: readonly Round[];
  /** The latest that an order shows up after it was sent, ms: `--settle` is above it. */
  readonly latestMs: number;
  readonly settleMs: number;
  /** The user asked for second orders. */
  readonly repeats: boolean;
  /** At the end the file is run once more, as a copy that nobody knows: from another folder, or by the same ledger. */
  readonly copy: 'elsewhere' | 'here' | undefined;
}

/** What a machine with other work to do may add to every duration before the limit of `--settle` is passed. */
const STALL_MS = 250;

/** All that a campaign does is drawn from its seed. */
export function scenarioOf(seed: number): Scenario {
  const chance = chanceFrom(seed);
  const timeoutMs = chance.whole(200, 350);
  // Only a batch of some hundred rows, with answers that take their time, gets up to its full speed.
  const brisk = chance.often(0.15);
  const latencyMs = brisk ? chance.whole(40, 80) : chance.often(0.5) ? chance.whole(1, 20) : 0;
  const delayMs = chance.whole(20, 200);
  const count = brisk ? chance.whole(200, 300) : chance.whole(15, 50);
  const portal = portalFor(chance, count);
  const { kind, shape, lagMs, recognises } = portal;
  const latestMs = lagMs + latencyMs + delayMs;
  const settleMs = latestMs + STALL_MS;
  const noReference = chance.often(0.2);
  const from = chance.whole(0, 1000);
  const lines = linesFor(chance, count, from);
  const colleague = recognises && chance.often(0.4) ? colleagueFor(chance, lines) : undefined;
  const repeats = recognises && chance.often(0.05);
  const sandbox: SandboxOptions = {
    ...shape,
    seed: chance.whole(1, 2 ** 31),
    latencyMs,
    tokenLifetimeSeconds: chance.often(0.3) ? chance.whole(1, 3) : 1800,
    pendingShare: chance.often(0.4) ? chance.between(0.05, 0.5) : 0,
    pendingMs: chance.whole(100, 700),
    requireProductNo: chance.often(0.2),
    retryAfter: chance.one(['none', 'none', 'seconds', 'date']),
    ...(!brisk && chance.often(0.2) ? { ratePerSecond: chance.whole(60, 150) } : {}),
  };
  const times = ['--timeout', `${timeoutMs}ms`, '--settle', `${settleMs}ms`];
  const options = [
    ...times,
    ...(noReference ? ['--no-reference'] : []),
    ...(kind === 'without-list' ? ['--without-order-list'] : []),
    ...(!brisk && chance.often(0.2) ? ['--rate', String(chance.whole(60, 200))] : []),
  ];
  const around = {
    delayMs,
    rows: lines.length,
    mayLose: recognises,
    mayOrderByHand: portal.recognisesByHand,
    brisk,
    colleague: colleague !== undefined,
    repeats,
    portalSteps: kind === 'odd',
  };
  const rounds = Array.from({ length: chance.whole(2, 4) }, (_, i) =>
    roundOf(chance, { ...around, first: i === 0 }),
  );
  return {
    seed,
    portal: kind,
    lines,
    besides: linesFor(chance, 8, from + count + 10),
    colleague,
    sandbox,
    times,
    options,
    rounds,
    latestMs,
    settleMs,
    repeats,
    copy: recognises && !repeats ? chance.one(['elsewhere', 'here', undefined]) : undefined,
  };
}

function colleagueFor(chance: Chance, lines: readonly Line[]): Colleague {
  const share = chance.one([1, 1, 0.3, 0.6]);
  return {
    name: chance.one(['orders', 'june']),
    lines: share === 1 ? lines : chance.some(lines, Math.ceil(lines.length * share)),
  };
}

/** Rows with whatever a file may say of them. */
export function linesFor(chance: Chance, count: number, from: number): Line[] {
  const ownNumbers = chance.often(0.35);
  // The same number on several orders: one purchase of the user's.
  const numberOf = chance.one([
    () => `PO-${chance.whole(1, 5)}`,
    // Longer than a portal may show.
    () => `PO-2026-11-ACME-HOLDING-EMEA-0000${chance.whole(1, 9)}`,
  ]);
  return Array.from({ length: count }, (_, i) => {
    const plan = chance.one(DEFAULT_PLANS);
    const contact = chance.one(DEFAULT_CONTACTS);
    return {
      sn: chance.often(0.2) ? `36E${serialNumberOf(from + i)}` : serialNumberOf(from + i),
      plan: chance.often(0.3) ? plan.planName.toUpperCase() : plan.planName,
      multiCycle: chance.often(0.2) ? chance.whole(1, 5) : 1,
      billingContact: chance.one([contact.billingContactId, contact.emailAddress, contact.company]),
      poNumber: ownNumbers && chance.often(0.4) ? numberOf() : '',
      planId: plan.planId,
      billingId: contact.billingContactId,
    };
  });
}
