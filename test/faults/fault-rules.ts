import { FAULT_KINDS, type FaultRule } from '../../src/sandbox/faults.js';
import type { Chance } from './chance.js';

/** Those that would fill the time of a campaign are few. */
const COSTLY: readonly FaultRule['kind'][] = ['hang', 'huge', '429', 'delay'];
const REFUSED: readonly FaultRule['kind'][] = ['401', '403', '429', 'expired-token'];
const ON_THE_SIDE = ['list', 'list', 'token', 'catalog', 'any'] as const;

/** What goes wrong in one round. */
export function faultsFor(chance: Chance, delayMs: number): FaultRule[] {
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
