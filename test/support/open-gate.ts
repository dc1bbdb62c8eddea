import type { Gate } from '../../src/pace/gate.js';
import type { Departure, Sign } from '../../src/pace/sign.js';

export interface OpenGate extends Gate {
  /** What came of each request that passed, in the order of their ends. */
  readonly signs: Sign[];
}

/** A gate that lets everything pass at once. */
export function openGate(): OpenGate {
  const signs: Sign[] = [];
  const departure: Departure = { leaves: () => true, ended: (sign) => void signs.push(sign) };
  const gate: OpenGate = {
    signs,
    query: async () => departure,
    ahead: () => 0,
    orderNow: () => departure,
    order: async () => ({ kind: 'go', prepared: false, departure }),
    isOpen: () => true,
    unreachable: async () => undefined,
    view: () => ({ portal: 'closed', nextProbeAt: undefined, limitedTo: undefined, pausedMs: 0 }),
    outage: async () => undefined,
    probed: () => undefined,
    until: () => gate,
  };
  return gate;
}
