import { expect, it } from 'vitest';
import { ordersToPlace, sayQuestion } from '../../../src/output/overview.js';

const COUNTS = { total: 10, succeeded: 1, pending: 0, failed: 2, in_doubt: 3, invalid: 0, not_sent: 4 };

it.each([
  [undefined, true, { now: 6, resent: 3 }],
  [undefined, false, { now: 6, resent: 0 }],
  [5, true, { now: 5, resent: 0 }],
  [7, true, { now: 6, resent: 1 }],
])('with the limit %s, rows in doubt sent again: %s, a run places %j', (limit, resends, expected) => {
  expect(ordersToPlace(COUNTS, limit, resends)).toEqual(expected);
});

it.each([
  [60, 0, false, 'Place 60 orders at openapi.partner.yeastar.com?'],
  [1, 0, false, 'Place 1 order at openapi.partner.yeastar.com?'],
  [6, 3, false, 'Place up to 9 orders at openapi.partner.yeastar.com?'],
  [60, 0, true, 'Place 60 simulated orders?'],
])(
  '%i orders and %i that may be sent again, simulated: %s, are asked about',
  (now, resent, sandbox, expected) => {
    expect(sayQuestion(now, resent, 'https://openapi.partner.yeastar.com/x', sandbox)).toBe(expected);
  },
);
