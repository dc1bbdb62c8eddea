import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/sandbox/start-sandbox.js';
import { contradictions, csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

describe('faults at 30 % of the orders', () => {
  const kinds: FaultRule['kind'][] = [
    'reset',
    'hang',
    '500',
    '502',
    '503',
    '504',
    '408',
    'cut',
    'html',
    'redirect',
    'wrong-sn',
    'wrong-types',
    '429',
    '401',
    'expired-token',
    'delay',
  ];
  for (const kind of kinds) {
    it(`${kind}: the results say what the portal placed, each row once`, async () => {
      const sandbox = await sandboxForTest({
        seed: 7,
        faults: [{ kind, share: 0.3, ms: 200 }],
        retryAfter: 'none',
        listLagMs: 100,
      });
      const place = workplace(sandbox);
      place.write('orders.csv', csvOf(40));
      const { status, summary } = await place.summary([
        ...['orders.csv', '--settle', '600ms', '--timeout', '500ms', '--concurrency', '20'],
        ...['--max-attempts', '20', '--max-failures', '100%', '--canary', '0'],
      ]);
      expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
      expect(summary.counts).toMatchObject({ total: 40, succeeded: 40 });
      expect(status).toBe(0);
      expect(sandbox.stats().faults[kind]).toBeGreaterThan(2);
    });
  }
});
