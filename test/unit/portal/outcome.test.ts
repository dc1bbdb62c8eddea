import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SerialNumber } from '../../../src/common/ids.js';
import { fromJson } from '../../../src/portal/json.js';
import { fateOf, judge, type Outcome, type Reply } from '../../../src/portal/outcome.js';
import { raw, refusal, success } from '../../support/envelope.js';

const SN = '3631E3418911' as SerialNumber;
const PLACED = success({
  orderNo: 'O-20260601',
  orderStatus: 'succeed',
  productNo: SN,
  transactionNo: 'T-1',
  instanceId: 'I-1',
});
const PLACED_BODY = { orderNo: 'O-1', orderStatus: 'succeed', productNo: SN };
const HTML = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

const answer = (status: number, body: string, retryAfterMs?: number): Reply => ({
  kind: 'answer',
  status,
  body,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
const judged = (status: number, body: string): Outcome => judge(answer(status, body), SN);

/** The outcome in one word; what kind of turning away, or whether it was forbidden, after a colon. */
function word(outcome: Outcome): string {
  if (outcome.kind === 'turned-away') return `turned-away:${outcome.why}`;
  return outcome.kind === 'refused' && outcome.forbidden ? 'refused:forbidden' : outcome.kind;
}

type Row = readonly [what: string, status: number, body: string, expected: string];

const TABLE: readonly Row[] = [
  // placed
  ['success with an order number for this SN', 200, PLACED, 'placed'],
  ['success with HTTP 201', 201, PLACED, 'placed'],
  ['success in upper case', 200, success(PLACED_BODY, { code: 'SUCCESS' }), 'placed'],
  ['success that names no SN', 200, success({ orderNo: 'O-1' }), 'placed'],
  [
    'success with the SN in other case',
    200,
    success({ orderNo: 'O-1', productNo: '3631e3418911' }),
    'placed',
  ],
  ['success without a status of its own', 200, success(PLACED_BODY, { status: undefined }), 'placed'],
  ['success with its status as text', 200, success(PLACED_BODY, { status: '200' }), 'placed'],
  [
    'success for an order that the portal calls failed',
    200,
    success({ orderNo: 'O-1', orderStatus: 'failed' }),
    'placed',
  ],

  // success that proves nothing
  ['success without an order number', 200, success({ productNo: SN }), 'unknown'],
  ['success with an empty order number', 200, success({ orderNo: '  ', productNo: SN }), 'unknown'],
  ['success with an order number of null', 200, success({ orderNo: null, productNo: SN }), 'unknown'],
  ['success with an order number that is an object', 200, success({ orderNo: {}, productNo: SN }), 'unknown'],
  ['success with an order number of absurd length', 200, success({ orderNo: 'O'.repeat(5000) }), 'unknown'],
  ['success without a result', 200, '{"code":"success","status":200}', 'unknown'],
  ['success with a result of null', 200, success(null), 'unknown'],
  ['success with a list for a result', 200, success([PLACED_BODY]), 'unknown'],
  ['success for another SN', 200, success({ orderNo: 'O-1', productNo: '369471667338' }), 'unknown'],

  // the portal's no
  ['a refusal with HTTP 400', 400, refusal(400, 'parameter_validation_failed'), 'refused'],
  ['a refusal with HTTP 403', 403, refusal(403, 'forbidden'), 'refused:forbidden'],
  ['a refusal with HTTP 404', 404, refusal(404, 'instance_not_found'), 'refused'],
  ['a refusal with HTTP 409', 409, refusal(409, 'order_in_progress'), 'refused'],
  ['a refusal with HTTP 422', 422, refusal(422, 'plan_not_available'), 'refused'],
  ['a refusal with another 4xx', 402, refusal(402, 'balance_too_low'), 'refused'],
  ['a refusal with HTTP 200', 200, refusal(200, 'instance_not_found'), 'refused'],
  [
    'a refusal with HTTP 200 that says 400 itself',
    200,
    refusal(400, 'parameter_validation_failed'),
    'refused',
  ],
  ['a refusal with HTTP 200 that says 403 itself', 200, refusal(403, 'forbidden'), 'refused:forbidden'],
  [
    'a refusal that carries an order number all the same',
    400,
    refusal(400, 'duplicate', { result: PLACED_BODY }),
    'refused',
  ],
  ['HTML with HTTP 400', 400, HTML, 'unknown'],
  ['HTML with HTTP 403', 403, HTML, 'unknown'],
  ['nothing with HTTP 404', 404, '', 'unknown'],
  ['cut JSON with HTTP 409', 409, refusal(409, 'order_in_progress').slice(0, 30), 'unknown'],
  ['HTML with HTTP 422', 422, HTML, 'unknown'],

  // turned away before anything was done
  ['HTTP 401 with an envelope', 401, refusal(401, 'unauthorized'), 'turned-away:token'],
  ['HTTP 401 with nothing', 401, '', 'unknown'],
  ["HTTP 401 with HTML, as a gateway's page", 401, HTML, 'unknown'],
  ['HTTP 401 with a cut envelope', 401, refusal(401, 'unauthorized').slice(0, 30), 'unknown'],
  ['a token refused in the envelope of an HTTP 200', 200, refusal(401, 'unauthorized'), 'turned-away:token'],
  ['HTTP 429 with an envelope', 429, refusal(429, 'too_many_requests'), 'turned-away:rate'],
  ['HTTP 429 with HTML', 429, HTML, 'turned-away:rate'],
  ['429 in the envelope of an HTTP 200', 200, refusal(429, 'too_many_requests'), 'turned-away:rate'],

  // it may have been placed
  ['HTTP 408', 408, refusal(408, 'request_timeout'), 'unknown'],
  ['HTTP 408 with nothing', 408, '', 'unknown'],
  ['HTTP 500 with an envelope', 500, refusal(500, 'internal_error'), 'unknown'],
  ['HTTP 500 with HTML', 500, HTML, 'unknown'],
  ['HTTP 501', 501, '', 'unknown'],
  ['HTTP 502', 502, HTML, 'unknown'],
  ['HTTP 503', 503, refusal(503, 'busy'), 'unknown'],
  ['HTTP 504', 504, HTML, 'unknown'],
  ['HTTP 520', 520, HTML, 'unknown'],
  ['HTTP 599', 599, '', 'unknown'],
  ['500 in the envelope of an HTTP 200', 200, refusal(500, 'internal_error'), 'unknown'],
  ['a fault of the portal by its name alone', 200, '{"code":"gateway_timeout"}', 'unknown'],
  ['a refusal by its name alone', 200, '{"code":"parameter_validation_failed"}', 'refused'],
  ['408 in the envelope of an HTTP 200', 200, refusal(408, 'timeout'), 'unknown'],
  ['success with HTTP 500', 500, PLACED, 'unknown'],
  ['success whose own status is 500', 200, success(PLACED_BODY, { status: 500 }), 'unknown'],
  ['success with HTTP 400', 400, PLACED, 'unknown'],
  ['success with HTTP 409', 409, PLACED, 'unknown'],
  ['success with HTTP 404', 404, success({}), 'unknown'],
  ['success with HTTP 302', 302, PLACED, 'unknown'],

  // foreign answers
  ['a redirect without a body', 302, '', 'unknown'],
  ['a redirect with HTML', 307, HTML, 'unknown'],
  ['a redirect with a refusal', 303, refusal(303, 'see_other'), 'unknown'],
  ['HTTP 304', 304, '', 'unknown'],
  ['HTTP 200 with nothing', 200, '', 'unknown'],
  ['HTTP 204', 204, '', 'unknown'],
  ['HTTP 200 with HTML, as of a captive portal', 200, HTML, 'unknown'],
  ['HTTP 200 with JSON that is no envelope', 200, '{"ok":true}', 'unknown'],
  ['HTTP 200 with a code that is a number', 200, '{"code":0,"result":{"orderNo":"O-1"}}', 'unknown'],
  ['HTTP 200 with an empty code', 200, '{"code":"","result":{"orderNo":"O-1"}}', 'unknown'],
  [
    'HTTP 200 with JSON that says two things',
    200,
    '{"code":"success","code":"failed","result":{}}',
    'unknown',
  ],
  ['HTTP 200 with a list', 200, `[${PLACED}]`, 'unknown'],
  ['HTTP 200 with text behind the envelope', 200, `${PLACED}${HTML}`, 'unknown'],
  ['HTTP 200 with JSON nested too deep to parse', 200, '['.repeat(200_000), 'unknown'],
  ['HTML with HTTP 405', 405, HTML, 'unknown'],
  ['HTML with HTTP 410', 410, HTML, 'unknown'],
  ['HTML with HTTP 413', 413, HTML, 'unknown'],
];

describe('what an answer to an order proves', () => {
  it.each(TABLE)('%s (HTTP %i)', (_, status, body, expected) => {
    expect(word(judged(status, body))).toBe(expected);
  });

  it('takes no answer at all for never sent only where that is proven', () => {
    const failure = { kind: 'no-answer', code: 'ECONNREFUSED', message: 'refused' } as const;
    expect(judge({ ...failure, neverSent: true }, SN)).toStrictEqual({
      kind: 'never-sent',
      code: 'ECONNREFUSED',
      message: 'refused',
    });
    expect(judge({ ...failure, neverSent: false }, SN)).toMatchObject({ kind: 'unknown' });
  });

  it('reads everything that a success says', () => {
    expect(judged(200, PLACED)).toStrictEqual({
      kind: 'placed',
      order: { orderNo: 'O-20260601', orderStatus: 'succeed', transactionNo: 'T-1', instanceId: 'I-1' },
      requestId: 'req-1',
    });
  });

  it('reads an order number that is a bare 64-bit number digit for digit', () => {
    const body = success(
      raw(
        '{"orderNo":9223372036854775807,"transactionNo":9007199254740993,"instanceId":3048918719332507649}',
      ),
    );
    expect(judged(200, body)).toMatchObject({
      kind: 'placed',
      order: {
        orderNo: '9223372036854775807',
        transactionNo: '9007199254740993',
        instanceId: '3048918719332507649',
      },
    });
  });

  it('compares a serial number that comes as a bare number', () => {
    const sn = '369471667338' as SerialNumber;
    const body = success(raw('{"orderNo":"O-1","productNo":369471667338}'));
    expect(judge(answer(200, body), sn).kind).toBe('placed');
    expect(judge(answer(200, body), SN)).toMatchObject({ kind: 'unknown', code: 'answer_for_another_sn' });
  });

  it('keeps the portal’s own words for a refusal: code, detail and request id', () => {
    expect(judged(422, refusal(422, 'plan_not_available'))).toStrictEqual({
      kind: 'refused',
      forbidden: false,
      conflict: false,
      code: 'plan_not_available',
      message: 'said no: plan_not_available',
      requestId: 'req-2',
    });
  });

  it.each([
    [200, 'refused'],
    [400, 'refused'],
    [402, 'refused'],
  ])('reads a refusal with HTTP %i that has no result', (status, expected) => {
    const body = refusal(status, 'balance_too_low', { result: undefined });
    expect(judged(status, body)).toMatchObject({
      kind: expected,
      code: 'balance_too_low',
      requestId: 'req-2',
    });
  });

  it.each([
    [409, 'order_in_progress', true],
    [200, 'duplicate_order', true],
    [400, 'DuplicateRequest', true],
    [422, 'plan_not_available', false],
    [402, 'balance_too_low', false],
  ])('takes HTTP %i %s for a conflict: %s', (status, code, conflict) => {
    expect(judged(status, refusal(status, code))).toMatchObject({ kind: 'refused', conflict });
  });

  it('names the HTTP status where there are no words', () => {
    expect(judged(404, HTML)).toMatchObject({
      code: 'foreign_answer',
      message: expect.stringContaining('404'),
    });
  });

  it('gives each way of proving nothing a code of its own', () => {
    expect(judged(200, success({}))).toMatchObject({ code: 'no_order_number' });
    expect(judged(200, success({ orderNo: 'O-1', productNo: 'X' }))).toMatchObject({
      code: 'answer_for_another_sn',
    });
    expect(judged(200, HTML)).toMatchObject({ code: 'foreign_answer' });
    expect(judged(400, PLACED)).toMatchObject({ code: 'contradictory_answer' });
    expect(judged(502, HTML)).toMatchObject({ code: 'http_502' });
    expect(judged(500, refusal(500, 'internal_error'))).toMatchObject({ code: 'internal_error' });
  });

  it('passes on how long the portal asked to wait, with 429 and with 503', () => {
    expect(judge(answer(429, '', 3000), SN)).toMatchObject({ retryAfterMs: 3000 });
    expect(judge(answer(503, '', 4000), SN)).toMatchObject({ retryAfterMs: 4000 });
    expect(judge(answer(429, ''), SN)).not.toHaveProperty('retryAfterMs');
  });

  it('takes a serial number of control characters alone for another one', () => {
    const body = success({ orderNo: 'O-1', productNo: '\u0000' });
    expect(judged(200, body)).toMatchObject({ kind: 'unknown', code: 'answer_for_another_sn' });
  });
});

describe('an answer that contradicts itself proves nothing', () => {
  it.each([
    ['HTTP 401', 401, PLACED],
    ['HTTP 429', 429, PLACED],
    ['its own status 401', 200, success(PLACED_BODY, { status: 401 })],
    ['its own status 429', 200, success(PLACED_BODY, { status: 429 })],
  ])('success with an order number, and %s, must not be sent again unseen', (_, status, body) => {
    expect(judged(status, body).kind).toBe('unknown');
  });

  it('a 5xx that a gateway rewrote to HTTP 400 is no refusal', () => {
    expect(judged(400, refusal(500, 'internal_error')).kind).toBe('unknown');
  });
});

describe('whatever comes back', () => {
  const KINDS = ['placed', 'refused', 'never-sent', 'turned-away', 'unknown'];
  const status = fc.oneof(
    fc.integer({ min: 100, max: 599 }),
    fc.constantFrom(200, 201, 302, 400, 401, 429, 500),
  );
  const scalar = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constantFrom(null, true, SN, 'success', '', '200', 401),
  );
  const nearly = fc
    .record(
      {
        code: fc.oneof(fc.constantFrom('success', 'Success', 'failed', ''), scalar),
        status: fc.oneof(fc.constantFrom(200, 401, 429, 500), scalar),
        requestId: scalar,
        detailMessage: scalar,
        result: fc.oneof(
          fc.record({ orderNo: scalar, productNo: scalar, orderStatus: scalar }, { requiredKeys: [] }),
          fc.jsonValue({ maxDepth: 2 }),
        ),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value));
  const body = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), nearly, fc.constant(PLACED));

  /** Whether a body says success and names an order, read independently of the code. */
  function saysPlaced(text: string): boolean {
    const value = fromJson(text) as { code?: unknown; result?: { orderNo?: unknown } | null } | undefined;
    const orderNo = value?.result?.orderNo;
    return (
      String(value?.code).toLowerCase() === 'success' && orderNo != null && String(orderNo).trim() !== ''
    );
  }

  it('never crashes, and is one of the five outcomes', () => {
    fc.assert(
      fc.property(status, body, (code, text) => {
        expect(KINDS).toContain(judged(code, text).kind);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is placed only with a success envelope, an order number and a 2xx', () => {
    fc.assert(
      fc.property(status, body, (code, text) => {
        if (judged(code, text).kind === 'placed') expect(saysPlaced(text) && code < 300).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is never sent again unseen when it says success and names an order', () => {
    fc.assert(
      fc.property(status, body, (code, text) => {
        if (saysPlaced(text)) expect(['placed', 'unknown']).toContain(judged(code, text).kind);
      }),
      { numRuns: 3_000 },
    );
  });

  it('proves nothing when a success was cut off anywhere', () => {
    for (let end = 0; end < PLACED.length; end++)
      expect(judged(200, PLACED.slice(0, end)).kind).toBe('unknown');
  });
});

describe('what an order’s status means for its row', () => {
  it.each([
    [undefined, 'succeeded'],
    ['succeed', 'succeeded'],
    [' Succeed ', 'succeeded'],
    ['pending', 'pending'],
    ['confirming', 'pending'],
    ['something_new', 'pending'],
    ['failed', 'dead'],
    ['invalid', 'dead'],
    ['cancelled', 'dead'],
    ['CANCELED', 'dead'],
    ['refunded', 'dead'],
  ])('%s is %s', (status, fate) => {
    expect(fateOf(status)).toBe(fate);
  });
});
