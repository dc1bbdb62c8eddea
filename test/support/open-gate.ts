import type { Gate } from '../../src/pace/gate.js';
import type { Departure, Sign } from '../../src/pace/sign.js';

export interface OpenGate extends Pick<Gate, 'query'> {
  /** What came of each request that passed, in the order of their ends. */
  readonly signs: Sign[];
}

/** A gate that lets every query pass at once. */
export function openGate(): OpenGate {
  const signs: Sign[] = [];
  const departure: Departure = { leaves: () => undefined, ended: (sign) => void signs.push(sign) };
  return { signs, query: () => Promise.resolve(departure) };
}
