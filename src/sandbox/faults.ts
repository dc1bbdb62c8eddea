import { seededRandom } from './random.js';

export const FAULT_KINDS = [
  'delay',
  'hang',
  'reset',
  '429',
  '500',
  '502',
  '503',
  '504',
  '408',
  'cut',
  'html',
  'redirect',
  'huge',
  'wrong-sn',
  'wrong-types',
  'expired-token',
  '401',
  '401-html',
  '403',
  '409',
] as const;
export const FAULT_TARGETS = ['order', 'list', 'token', 'catalog', 'any'] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];
export type FaultTarget = (typeof FAULT_TARGETS)[number];

/**
 * One thing that goes wrong, and how often. Of the rules that hit a request the first one counts; a delay is not an
 * answer, so the first delay comes on top.
 */
export interface FaultRule {
  readonly kind: FaultKind;
  /** Of the requests it is meant for, 0 to 1. */
  readonly share: number;
  /**
   * Before or after the order was placed. Left out: before for what a portal says instead of working
   * (429, 401, 403, 408, expired-token), after for 409 (a gateway sent the order twice and passes on what the
   * portal said to the second), else drawn for each hit.
   */
  readonly when?: 'before' | 'after' | undefined;
  /** Default `order`; `list` also covers an order's details, `catalog` also the PBXs. */
  readonly on?: FaultTarget | undefined;
  /** For `delay`: how long, default 500. */
  readonly ms?: number | undefined;
  /** Stops after so many hits. */
  readonly times?: number | undefined;
}

export interface FaultHit {
  readonly kind: Exclude<FaultKind, 'delay'>;
  readonly when: 'before' | 'after';
}

export interface Delay {
  readonly when: 'before' | 'after';
  readonly ms: number;
}

/** What goes wrong with one request. */
export interface Drawn {
  readonly delay: Delay | undefined;
  readonly hit: FaultHit | undefined;
}

export interface Faults {
  readonly draw: (target: Exclude<FaultTarget, 'any'>) => Drawn;
  /** Replaces the rules; their `times` begin anew. */
  readonly set: (rules: readonly FaultRule[]) => void;
  readonly counts: () => Record<string, number>;
}

const DELAY_MS = 500;
const REFUSALS: readonly FaultKind[] = ['429', '401', '403', '408', 'expired-token'];

function usualTime(kind: FaultKind): 'before' | 'after' | undefined {
  if (kind === '409') return 'after';
  return REFUSALS.includes(kind) ? 'before' : undefined;
}

/** The rules with their own stream of chance: the same seed and the same requests meet the same faults. */
export function createFaults(seed: number, initial: readonly FaultRule[]): Faults {
  const random = seededRandom(seed);
  const counts: Record<string, number> = {};
  let rules: { rule: FaultRule; left: number }[] = [];

  const set = (next: readonly FaultRule[]): void => {
    rules = next.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
  };
  set(initial);

  return {
    set,
    counts: () => ({ ...counts }),
    draw: (target) => {
      let delay: Delay | undefined;
      let hit: FaultHit | undefined;
      for (const entry of rules) {
        const { rule } = entry;
        const { kind, on = 'order' } = rule;
        if ((kind === 'delay' ? delay : hit) !== undefined) continue;
        if ((on !== 'any' && on !== target) || entry.left <= 0 || random() >= rule.share) continue;
        entry.left--;
        counts[kind] = (counts[kind] ?? 0) + 1;
        const when = rule.when ?? usualTime(kind) ?? (random() < 0.5 ? 'before' : 'after');
        if (kind === 'delay') delay = { when, ms: rule.ms ?? DELAY_MS };
        else hit = { kind, when };
      }
      return { delay, hit };
    },
  };
}
