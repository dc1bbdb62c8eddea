import { describe, expect, it } from 'vitest';
import type { OrderNo, SerialNumber } from '../../../src/common/ids.js';
import { judge, type Outcome, type Reply } from '../../../src/portal/outcome.js';
import { signOf } from '../../../src/runner/sign-of.js';
import { refusal } from '../../support/envelope.js';
import { placedAnswer } from '../../support/open-portal.js';

const SN = '369471667338' as SerialNumber;
const answer = (status: number, body = '<html>busy</html>', retryAfterMs?: number): Reply => ({
  kind: 'answer',
  status,
  body,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
const silence = (neverSent: boolean): Reply => ({
  kind: 'no-answer',
  code: 'ECONNRESET',
  message: 'reset',
  neverSent,
});

describe('what an answer to an order says of the portal', () => {
  const cases: readonly (readonly [string, Reply, object])[] = [
    ['an order that was placed', answer(200, placedAnswer()), { kind: 'accepted' }],
    ['a refusal', answer(400, refusal(400, 'no')), { kind: 'accepted' }],
    ['a token that is over', answer(401, refusal(401, 'token_expired')), { kind: 'accepted' }],
    ['429', answer(429), { kind: 'slower' }],
    ['429 with a time', answer(429, '', 2_000), { kind: 'slower', retryAfterMs: 2_000 }],
    ["nginx' 503", answer(503), { kind: 'overloaded' }],
    ['503 with a time', answer(503, '', 2_000), { kind: 'overloaded', retryAfterMs: 2_000 }],
    ['a bad gateway', answer(502), { kind: 'lost' }],
    ['a reset', silence(false), { kind: 'lost' }],
    ['a port that is closed', silence(true), { kind: 'unreachable' }],
  ];
  it.each(cases)('%s', (_, reply, sign) => {
    expect(signOf(judge(reply, SN), false)).toMatchObject(sign);
  });
});

it('what is cut off by the end of the run says nothing of the portal, but an order that was placed does', () => {
  const placed: Outcome = { kind: 'placed', order: { orderNo: 'O-1' as OrderNo } };
  expect(signOf(judge(silence(false), SN), true)).toStrictEqual({ kind: 'unsent' });
  expect(signOf(placed, true)).toStrictEqual({ kind: 'accepted' });
});

it('an order whose time was over before it left says nothing of the portal', () => {
  const late: Reply = { kind: 'no-answer', code: 'too_late', message: 'late', neverSent: true };
  expect(signOf(judge(late, SN), false)).toStrictEqual({ kind: 'unsent' });
});
