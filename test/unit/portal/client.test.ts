import nock from 'nock';
import { describe, expect, it } from 'vitest';
import type { OrderNo } from '../../../src/common/ids.js';
import { createSecrets } from '../../../src/common/secrets.js';
import { refusal, success } from '../../support/envelope.js';
import { startWatching, useNock, whatWasWrong } from '../../support/nock-portal.js';
import {
  anOrder,
  CLIENT_SECRET,
  CONTACTS_PATH,
  DETAILS_PATH,
  movingOn,
  openPortal,
  PAGE_PATH,
  PLANS_PATH,
  PORTAL,
  placedAnswer,
  SAVE_PATH,
  TOKEN_PATH,
  tokenAnswer,
} from '../../support/open-portal.js';

const portalMock = useNock();
const DEADLINE = 60_000;
const CONTACTS = success([{ billingContactId: '7', emailAddress: 'ada@example.com' }]);
const BEARER = (token: string) => ({ reqheaders: { authorization: `Bearer ${token}` } });

/** Expects one token request with these fields and answers it. */
function expectToken(token: string, more: Record<string, unknown> = {}, fields = BY_CREDENTIALS): void {
  portalMock().post(TOKEN_PATH, fields).reply(200, tokenAnswer(token, more));
}
const BY_CREDENTIALS: Record<string, string> = {
  client_id: 'client-1',
  client_secret: CLIENT_SECRET,
  grant_type: 'pp_credentials',
};
const byRefresh = (refreshToken: string) => ({ grant_type: 'refresh_token', refresh_token: refreshToken });

/** Expects one request for the contacts with this token. */
const expectContacts = (token: string, status = 200, body = CONTACTS): void => {
  nock(PORTAL, BEARER(token)).get(CONTACTS_PATH).reply(status, body);
};

describe('the harness', () => {
  it('notices an expectation that no request used', () => {
    portalMock().get('/unused').reply(200);
    expect(whatWasWrong()).toStrictEqual([
      expect.stringContaining('never requested: GET https://portal.test'),
    ]);
    nock.cleanAll();
  });

  it('notices a request that nobody expected', async () => {
    await expect(fetch(`${PORTAL}/surprise`)).rejects.toThrow();
    expect(whatWasWrong()).toStrictEqual([`unexpected request: GET ${PORTAL}/surprise`]);
    startWatching();
  });
});

describe('the token', () => {
  it('is asked for as a form with the credentials, without a token, as OpenAPI', async () => {
    let headers: Record<string, unknown> = {};
    portalMock()
      .post(TOKEN_PATH, BY_CREDENTIALS)
      .reply(200, (request: Request) => {
        headers = Object.fromEntries(request.headers);
        return tokenAnswer('one');
      });
    expectContacts('one');
    const { portal } = openPortal();
    await portal.billingContacts();
    expect(headers).toMatchObject({
      'user-agent': 'OpenAPI',
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(headers).not.toHaveProperty('authorization');
  });

  it('is fetched once for all who wait, whatever they ask', async () => {
    expectToken('one');
    nock(PORTAL, BEARER('one')).get(CONTACTS_PATH).times(20).reply(200, CONTACTS);
    nock(PORTAL, BEARER('one')).post(SAVE_PATH).times(20).reply(200, placedAnswer());
    const { portal } = openPortal();
    const asked = Array.from({ length: 20 }, () => portal.billingContacts());
    const ordered = Array.from({ length: 20 }, () => portal.placeOrder(anOrder(), DEADLINE));
    await Promise.all(asked);
    expect((await Promise.all(ordered)).map(({ kind }) => kind)).toStrictEqual(Array(20).fill('placed'));
  });

  it('is replaced before it expires, with the refresh token, once for all who wait', async () => {
    const { portal, clock } = openPortal();
    expectToken('one', { expiresIn: '1800' });
    expectContacts('one');
    await portal.billingContacts();

    await clock.runUntil(1_739_000);
    expectContacts('one');
    await portal.billingContacts();

    await clock.runUntil(1_741_000);
    expectToken('two', {}, byRefresh('refresh-one'));
    expectContacts('two');
    expectContacts('two');
    await Promise.all([portal.billingContacts(), portal.billingContacts()]);
  });

  it.each([
    ['as a string, as documented', '600', 600],
    ['as a number', 600, 600],
    ['not readable: then 30 minutes', 'soon', 1800],
    ['missing: then 30 minutes', undefined, 1800],
  ])('its life is read %s', async (_, expiresIn, seconds) => {
    const { portal, clock } = openPortal();
    expectToken('one', { expiresIn });
    expectContacts('one');
    await portal.billingContacts();

    await clock.runUntil(seconds * 1000 - 61_000);
    expectContacts('one');
    await portal.billingContacts();

    await clock.runUntil(seconds * 1000 - 59_000);
    expectToken('two', {}, byRefresh('refresh-one'));
    expectContacts('two');
    await portal.billingContacts();
  });

  it('that lives a minute is not replaced all the time', async () => {
    const { portal, clock } = openPortal();
    expectToken('one', { expiresIn: '60' });
    expectContacts('one');
    await portal.billingContacts();
    await clock.runUntil(47_000);
    expectContacts('one');
    await portal.billingContacts();
  });

  it('is had by the credentials again where the refresh token is refused', async () => {
    const { portal, clock } = openPortal();
    expectToken('one');
    expectContacts('one');
    await portal.billingContacts();
    await clock.runUntil(1_800_000);
    portalMock().post(TOKEN_PATH, byRefresh('refresh-one')).reply(400, refusal(400, 'invalid_grant'));
    expectToken('two');
    expectContacts('two');
    await portal.billingContacts();
  });

  it('is had by the credentials again where the portal gave no refresh token', async () => {
    const { portal, clock } = openPortal();
    expectToken('one', { refreshToken: null });
    expectContacts('one');
    await portal.billingContacts();
    await clock.runUntil(1_800_000);
    expectToken('two');
    expectContacts('two');
    await portal.billingContacts();
  });

  it('after a failure is asked for anew by the next who needs it', async () => {
    const { portal } = openPortal();
    portalMock().post(TOKEN_PATH).reply(400, refusal(400, 'invalid_client'));
    await expect(portal.billingContacts()).rejects.toMatchObject({ code: 'access_refused' });
    expectToken('one');
    expectContacts('one');
    await portal.billingContacts();
  });

  it('that is refused says so with its remedy, and names no secret', async () => {
    const { portal } = openPortal();
    portalMock().post(TOKEN_PATH).reply(401, refusal(401, 'invalid_client'));
    await expect(portal.billingContacts()).rejects.toMatchObject({
      code: 'access_refused',
      exitStatus: 2,
      message: expect.not.stringContaining(CLIENT_SECRET),
      remedy: expect.stringContaining('YEASTAR_CLIENT_SECRET'),
    });
  });

  it('answer that is a login page is a foreign answer, and an order for it was never sent', async () => {
    const { portal, clock } = openPortal();
    portalMock().post(TOKEN_PATH).times(6).reply(200, '<html>please log in</html>');
    await expect(movingOn(clock, portal.billingContacts())).rejects.toMatchObject({ code: 'foreign_answer' });
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ kind: 'never-sent' });
  });

  it('that cannot be had keeps an order from being sent: refused credentials are a matter of the token', async () => {
    const { portal } = openPortal();
    portalMock().post(TOKEN_PATH).reply(401, refusal(401, 'invalid_client'));
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ kind: 'turned-away', why: 'token' });
  });

  it('that comes only after the deadline keeps an order from being sent', async () => {
    const { portal, clock } = openPortal();
    portalMock()
      .post(TOKEN_PATH)
      .reply(200, async () => {
        await clock.runUntil(DEADLINE);
        return tokenAnswer('one');
      });
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      kind: 'never-sent',
      code: 'too_late',
    });
  });
});

describe('a token that is turned away', () => {
  it('is replaced once by credentials, not by its refresh token, and the question asked again', async () => {
    const { portal } = openPortal();
    expectToken('one');
    expectContacts('one', 401, refusal(401, 'token_revoked'));
    expectToken('two');
    expectContacts('two');
    expect(await portal.billingContacts()).toHaveLength(1);
  });

  it('at its first use, by a machine that does not know it yet, is used again after a moment', async () => {
    const { portal, clock } = openPortal();
    expectToken('one');
    expectContacts('one', 401, refusal(401, 'token_unknown'));
    expectToken('two');
    expectContacts('two', 401, refusal(401, 'token_unknown'));
    expectContacts('two');
    expect(await movingOn(clock, portal.billingContacts())).toHaveLength(1);
  });

  it('again and again for some seconds is lost access', async () => {
    const { portal, clock } = openPortal();
    for (const token of ['1', '2', '3', '4', '5', '6']) {
      expectToken(token);
      const times = token === '1' || token === '6' ? 1 : 2;
      for (let time = 0; time < times; time++) expectContacts(token, 401, refusal(401, 'token_revoked'));
    }
    const asked = movingOn(clock, portal.billingContacts());
    await expect(asked).rejects.toMatchObject({ code: 'access_refused' });
    expect(clock.now()).toBeGreaterThanOrEqual(3_000);
  });

  it('is replaced too where the envelope alone says 401', async () => {
    const { portal } = openPortal();
    expectToken('one');
    expectContacts('one', 200, refusal(401, 'token_expired'));
    expectToken('two');
    expectContacts('two');
    expect(await portal.billingContacts()).toHaveLength(1);
  });

  it('by an order is not used for the next one', async () => {
    const { portal } = openPortal();
    expectToken('one');
    nock(PORTAL, BEARER('one')).post(SAVE_PATH).reply(401, refusal(401, 'token_revoked'));
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ kind: 'turned-away', why: 'token' });
    expectToken('two');
    nock(PORTAL, BEARER('two')).post(SAVE_PATH).reply(200, placedAnswer());
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ kind: 'placed' });
  });

  it('by many orders at once brings one new token for all of them', async () => {
    const { portal } = openPortal();
    expectToken('one');
    nock(PORTAL, BEARER('one')).post(SAVE_PATH).times(10).reply(401, refusal(401, 'token_revoked'));
    await Promise.all(Array.from({ length: 10 }, () => portal.placeOrder(anOrder(), DEADLINE)));
    expectToken('two');
    nock(PORTAL, BEARER('two')).post(SAVE_PATH).times(10).reply(200, placedAnswer());
    await Promise.all(Array.from({ length: 10 }, () => portal.placeOrder(anOrder(), DEADLINE)));
  });
});

describe('a question to the portal', () => {
  it.each([503, 500, 502, 408])('is asked again after HTTP %i', async (status) => {
    const { portal, gate } = openPortal();
    expectToken('one');
    expectContacts('one', status, 'busy');
    expectContacts('one');
    expect(await portal.billingContacts()).toHaveLength(1);
    const kinds = ['accepted', status === 503 ? 'overloaded' : 'lost', 'accepted'];
    expect(gate.signs.map(({ kind }) => kind)).toStrictEqual(kinds);
  });

  it('is asked again after HTTP 429, and tells the gate what the portal asked for', async () => {
    const { portal, gate } = openPortal();
    expectToken('one');
    nock(PORTAL).get(CONTACTS_PATH).reply(429, '', { 'Retry-After': '0.01' });
    nock(PORTAL).get(CONTACTS_PATH).reply(429, '', { 'Retry-After': '0' });
    nock(PORTAL).get(CONTACTS_PATH).reply(429, '');
    expectContacts('one');
    expect(await portal.billingContacts()).toHaveLength(1);
    const slower = [10, undefined, undefined].map((retryAfterMs) => ({ kind: 'slower', retryAfterMs }));
    expect(gate.signs).toStrictEqual([{ kind: 'accepted' }, ...slower, { kind: 'accepted' }]);
  });

  it('is held up by a token endpoint that asks for time, and so are all others', async () => {
    const { portal, clock, gate } = openPortal();
    portalMock().post(TOKEN_PATH).reply(429, '', { 'Retry-After': '2' });
    expectToken('one');
    expectContacts('one');
    expect(await movingOn(clock, portal.billingContacts())).toHaveLength(1);
    expect(gate.signs[0]).toStrictEqual({ kind: 'slower', retryAfterMs: 2_000 });
  });

  it('is asked again after a reset', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock()
      .get(CONTACTS_PATH)
      .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    expectContacts('one');
    expect(await portal.billingContacts()).toHaveLength(1);
  });

  it('is given up after five tries: the portal is unreachable, and the run stops early', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(CONTACTS_PATH).times(5).reply(503, 'busy');
    await expect(portal.billingContacts()).rejects.toMatchObject({
      code: 'portal_unreachable',
      exitStatus: 3,
    });
  });

  it('is not asked again once the program is stopping', async () => {
    const { portal, stopping } = openPortal();
    expectToken('one');
    portalMock()
      .get(CONTACTS_PATH)
      .reply(503, () => {
        stopping.abort();
        return 'busy';
      });
    await expect(portal.billingContacts()).rejects.toMatchObject({ code: 'portal_unreachable' });
  });

  it('waits its turn before every try', async () => {
    const { portal, gate } = openPortal();
    expectToken('one');
    expectContacts('one', 503, 'busy');
    expectContacts('one');
    await portal.billingContacts();
    expect(gate.signs).toHaveLength(3);
  });

  it('is not asked again after a refusal, which is said with code and request id', async () => {
    const { portal } = openPortal();
    expectToken('one');
    expectContacts('one', 400, refusal(400, 'parameter_validation_failed'));
    await expect(portal.billingContacts()).rejects.toMatchObject({
      code: 'portal_refused',
      message: expect.stringMatching(/HTTP 400, parameter_validation_failed, said no.*requestId req-2/),
    });
  });

  it('that is refused by an envelope without a result is a refusal all the same', async () => {
    const { portal } = openPortal();
    expectToken('one');
    expectContacts('one', 400, refusal(400, 'parameter_validation_failed', { result: undefined }));
    await expect(portal.billingContacts()).rejects.toMatchObject({ code: 'portal_refused' });
  });

  it('that is answered by a redirect is not asked elsewhere: the token stays here', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(CONTACTS_PATH).reply(302, '', { Location: 'https://elsewhere.test/login' });
    await expect(portal.billingContacts()).rejects.toMatchObject({ code: 'foreign_answer' });
  });

  it.each([
    ['HTML', '<html>hello</html>'],
    ['a cut envelope', CONTACTS.slice(0, 40)],
    ['nothing', ''],
  ])('that is answered by %s again and again is a foreign answer', async (_, body) => {
    const { portal } = openPortal();
    expectToken('one');
    for (let time = 1; time <= 5; time++) expectContacts('one', 200, body);
    await expect(portal.billingContacts()).rejects.toMatchObject({
      code: 'foreign_answer',
      remedy: expect.stringContaining('YEASTAR_BASE_URL'),
    });
  });

  it.each([
    ['a login page', '<html>please log in</html>'],
    ['a fault that only the envelope tells', refusal(503, 'service_unavailable')],
    ['a limit that only the envelope tells', refusal(429, 'too_many_requests')],
  ])('that is answered by %s with status 200 is asked again', async (_, body) => {
    const { portal } = openPortal();
    expectToken('one');
    expectContacts('one', 200, body);
    expectContacts('one');
    expect(await portal.billingContacts()).toHaveLength(1);
  });

  it('is told to the log without its token, its body or its query', async () => {
    const { portal, events } = openPortal();
    expectToken('one');
    expectContacts('one');
    await portal.billingContacts();
    expect(events).toStrictEqual([
      { method: 'POST', path: TOKEN_PATH, result: 200, durationMs: 0 },
      { method: 'GET', path: CONTACTS_PATH, result: 200, durationMs: 0 },
    ]);
  });
});

describe('an order is sent exactly once', () => {
  it.each([408, 429, 500, 502, 503, 504])('also when it is answered with HTTP %i', async (status) => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().post(SAVE_PATH).reply(status, 'busy', { 'Retry-After': '7' });
    const outcome = await portal.placeOrder(anOrder(), DEADLINE);
    expect(outcome).toMatchObject({ kind: status === 429 ? 'turned-away' : 'unknown', retryAfterMs: 7000 });
  });

  it('also when it is redirected', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock()
      .post(SAVE_PATH)
      .reply(307, '', { Location: `https://portal.test${SAVE_PATH}` });
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      kind: 'unknown',
      code: 'foreign_answer',
    });
  });
});

describe('asking about orders', () => {
  it('asks for a hundred orders a page', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock()
      .get(PAGE_PATH)
      .query({ pageNo: '3', pageSize: '100' })
      .reply(200, success({ results: [{ orderNo: 'O-1' }], total: 201, totalPage: 3 }));
    expect(await portal.orderPage(3)).toMatchObject({ count: 1, total: 201, totalPage: 3 });
  });

  it.each([400, 422])(
    'asks for the documented 25 where a hundred are refused with HTTP %i, and goes on so',
    async (status) => {
      const { portal } = openPortal();
      expectToken('one');
      const page = success({ results: [], total: 0, totalPage: 0 });
      portalMock()
        .get(PAGE_PATH)
        .query({ pageNo: '1', pageSize: '100' })
        .reply(status, refusal(status, 'max'));
      portalMock().get(PAGE_PATH).query({ pageNo: '1', pageSize: '25' }).reply(200, page);
      await portal.orderPage(1);
      portalMock().get(PAGE_PATH).query({ pageNo: '2', pageSize: '25' }).reply(200, page);
      await portal.orderPage(2);
    },
  );

  it('takes a success that is no list of orders for a foreign answer', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock()
      .get(PAGE_PATH)
      .query(true)
      .reply(200, success({ hello: 1 }));
    await expect(portal.orderPage(1)).rejects.toMatchObject({ code: 'foreign_answer' });
  });

  it.each([
    ['HTTP 404', 404, refusal(404, 'order_not_found')],
    ['HTTP 404 without an envelope', 404, 'not found'],
    ['a refusal', 400, refusal(400, 'order_not_found')],
  ])('an order of which the portal says %s is not there', async (_, status, body) => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(`${DETAILS_PATH}O-1`).reply(status, body);
    expect(await portal.orderDetails('O-1' as OrderNo)).toBeUndefined();
  });

  it.each([
    ['about another order', { orderInformation: { orderNo: 'O-2' }, basicInformation: { productNo: 'A' } }],
    ['about nothing', {}],
    ['of the wrong types', { orderNo: ['O-1'], productNo: { no: 0 }, orderStatus: 7 }],
  ])('an answer %s, again and again, is unreadable: it says nothing about the order', async (_, result) => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(`${DETAILS_PATH}O-1`).times(3).reply(200, success(result));
    expect(await portal.orderDetails('O-1' as OrderNo)).toBe('unreadable');
  });

  it('an answer that is damaged once is asked for again', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(`${DETAILS_PATH}O-1`).reply(200, success([]));
    const details = { basicInformation: { productNo: 'A' }, orderSummary: { orderNo: 'O-1' } };
    portalMock().get(`${DETAILS_PATH}O-1`).reply(200, success(details));
    expect(await portal.orderDetails('O-1' as OrderNo)).toMatchObject({ productNos: ['A'] });
  });

  it('an order that could not be asked for is not taken as not there', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(`${DETAILS_PATH}O-1`).times(5).reply(503, 'busy');
    await expect(portal.orderDetails('O-1' as OrderNo)).rejects.toMatchObject({ code: 'portal_unreachable' });
  });

  it('an order number stays one part of the path, whatever is in it', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(`${DETAILS_PATH}..%2Fdelete%3Fx%3D1`).reply(404, '');
    expect(await portal.orderDetails('../delete?x=1' as OrderNo)).toBeUndefined();
  });
});

describe('asking for plans', () => {
  const plans = success({ offeringId: '1', planList: [{ planId: '3048918719332507648', planName: 'Pro' }] });

  it('asks with the product alone, as the tutorial does', async () => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(PLANS_PATH).query({ productId: '9' }).reply(200, plans);
    expect(await portal.plans(9, 'SN1')).toStrictEqual([{ planId: '3048918719332507648', name: 'Pro' }]);
  });

  it.each([
    ['refuses', 400, refusal(400, 'parameter_validation_failed')],
    ['answers with none', 200, success({ planList: [] })],
  ])('asks with a serial number too where the portal %s', async (_, status, body) => {
    const { portal } = openPortal();
    expectToken('one');
    portalMock().get(PLANS_PATH).query({ productId: '9' }).reply(status, body);
    portalMock().get(PLANS_PATH).query({ productId: '9', productNo: 'SN1' }).reply(200, plans);
    expect(await portal.plans(9, 'SN1')).toHaveLength(1);
  });
});

describe('the access', () => {
  it('is not lost by one token that is turned away', async () => {
    const { portal } = openPortal();
    expectToken('one');
    expectContacts('one', 401, refusal(401, 'x'));
    expectToken('two');
    expectContacts('two');
    await portal.checkAccess();
  });

  it('is lost by a 403', async () => {
    const { portal } = openPortal();
    expectToken('one');
    expectContacts('one', 403, refusal(403, 'ip_not_allowed'));
    await expect(portal.checkAccess()).rejects.toMatchObject({ code: 'access_refused' });
  });
});

describe('a probe', () => {
  const probe = () => portalMock().get(PAGE_PATH).query({ pageNo: '1', pageSize: '1' });

  it.each([
    [200, true],
    [401, true],
    [429, true],
    [408, false],
    [500, false],
    [503, false],
  ])('answered with HTTP %i says %s, and is not repeated', async (status, alive) => {
    const { portal } = openPortal();
    expectToken('one');
    probe().reply(status, '');
    expect(await portal.probe()).toBe(alive);
  });

  it('that is reset says no', async () => {
    const { portal } = openPortal();
    expectToken('one');
    probe().replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    expect(await portal.probe()).toBe(false);
  });

  it('takes refused credentials for an answer, and an unreachable token endpoint for none', async () => {
    const { portal } = openPortal();
    portalMock().post(TOKEN_PATH).reply(401, refusal(401, 'invalid_client'));
    expect(await portal.probe()).toBe(true);
    portalMock().post(TOKEN_PATH).reply(503, '');
    expect(await portal.probe()).toBe(false);
  });
});

describe('what the portal says', () => {
  it('is cut to a length that a ledger can hold', async () => {
    const long = 'x'.repeat(100_000);
    const { portal } = openPortal();
    expectToken('one');
    portalMock()
      .post(SAVE_PATH)
      .reply(400, refusal(400, long, { detailMessage: long, requestId: long }));
    const outcome = await portal.placeOrder(anOrder(), DEADLINE);
    expect(JSON.stringify(outcome).length).toBeLessThan(2_000);
  });

  it('comes without escape sequences and control characters, wherever it stands', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007a\r\nb\u009b31m\u202ec';
    const clean = expect.not.stringMatching(/[\p{Cc}\u202e]/u);
    const { portal } = openPortal();
    expectToken('one');
    const body = refusal(400, evil, { detailMessage: evil, requestId: evil });
    portalMock().post(SAVE_PATH).reply(400, body);
    const outcome = await portal.placeOrder(anOrder(), DEADLINE);
    expect(outcome).toMatchObject({ code: clean, message: clean, requestId: clean });
    portalMock()
      .post(SAVE_PATH)
      .reply(
        200,
        success({ orderNo: `O-1${evil}`, orderStatus: evil, transactionNo: evil, instanceId: evil }),
      );
    const placed = await portal.placeOrder(anOrder(), DEADLINE);
    expect(placed).toMatchObject({
      kind: 'placed',
      order: { orderNo: clean, orderStatus: clean, transactionNo: clean, instanceId: clean },
    });
    expectContacts('one', 400, body);
    await expect(portal.billingContacts()).rejects.toMatchObject({ message: clean });
    expectContacts('one', 200, success([{ billingContactId: '1', firstName: evil, company: evil }]));
    expect(await portal.billingContacts()).toMatchObject([{ name: clean, company: clean }]);
  });
});

describe('secrets that the portal repeats', () => {
  const echo = (secret: string): string => `you sent ${secret} to us`;

  it('are scrubbed from what it says of an order', async () => {
    const { portal } = openPortal();
    expectToken('token-aaaaaa');
    portalMock()
      .post(SAVE_PATH)
      .reply(400, refusal(400, 'bad', { detailMessage: `${echo(CLIENT_SECRET)}, ${echo('token-aaaaaa')}` }));
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      kind: 'refused',
      message: 'you sent [secret] to us, you sent [secret] to us',
    });
  });

  it('are scrubbed from what it says of a question', async () => {
    const { portal } = openPortal();
    expectToken('token-aaaaaa');
    expectContacts('token-aaaaaa', 400, refusal(400, 'bad', { detailMessage: echo('token-aaaaaa') }));
    await expect(portal.billingContacts()).rejects.toMatchObject({
      message: expect.not.stringContaining('token-aaaaaa'),
    });
  });

  it('are scrubbed from what the token endpoint says, for a person and for the ledger', async () => {
    const { portal } = openPortal();
    const body = refusal(401, 'invalid_client', { detailMessage: echo(CLIENT_SECRET) });
    portalMock().post(TOKEN_PATH).times(2).reply(401, body);
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      kind: 'turned-away',
      message: expect.not.stringContaining(CLIENT_SECRET),
    });
    await expect(portal.billingContacts()).rejects.toMatchObject({
      message: expect.not.stringContaining(CLIENT_SECRET),
    });
  });

  it('are scrubbed where JSON writes them with escapes', async () => {
    const clientSecret = 'a/b"c\\d-9f3a7';
    const { portal } = openPortal({ credentials: { clientId: 'client-1', clientSecret } });
    expectToken('one', {}, { ...BY_CREDENTIALS, client_secret: clientSecret });
    portalMock()
      .post(SAVE_PATH)
      .reply(400, refusal(400, 'bad', { detailMessage: echo(clientSecret) }).replaceAll('/', '\\/'));
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      message: expect.not.stringContaining(clientSecret),
    });
  });

  it('are scrubbed before what holds them is cut: a token that the cut goes through leaves nothing', async () => {
    const token = `${'t0ken'.repeat(288)}-end!`;
    const { portal } = openPortal();
    expectToken(token);
    const said = `${'x'.repeat(40)} ${token} ${'y'.repeat(2_000)}`;
    const body = refusal(400, `bad ${token}`, { detailMessage: said, requestId: `r ${token}` });
    portalMock().post(SAVE_PATH).reply(400, body);
    const outcome = await portal.placeOrder(anOrder(), DEADLINE);
    expect(JSON.stringify(outcome)).not.toContain('t0ken');
    expect(outcome).toMatchObject({ code: 'bad [secret]', requestId: 'r [secret]' });
    expectContacts(token, 400, body);
    const problem = await portal.billingContacts().catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: 'portal_refused', message: expect.not.stringContaining('t0ken') });
  });

  it('are scrubbed from all that is told of a placed order but its number', async () => {
    const { portal } = openPortal();
    expectToken('token-aaaaaa');
    const result = { orderNo: 'O-1', orderStatus: echo('token-aaaaaa'), transactionNo: 'token-aaaaaa' };
    portalMock()
      .post(SAVE_PATH)
      .reply(200, success(result, { requestId: 'token-aaaaaa' }));
    const outcome = await portal.placeOrder(anOrder(), DEADLINE);
    expect(outcome).toMatchObject({ kind: 'placed', requestId: '[secret]' });
    expect(JSON.stringify(outcome)).not.toContain('token-aaaaaa');
  });

  it('leave the order number of a success as it is, even if it is one of them', async () => {
    const { portal } = openPortal({ credentials: { clientId: 'client-1', clientSecret: '123456' } });
    expectToken('one', {}, { ...BY_CREDENTIALS, client_secret: '123456' });
    portalMock().post(SAVE_PATH).reply(200, placedAnswer('O-20123456'));
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ order: { orderNo: 'O-20123456' } });
  });

  it('are known to the streams: the client’s secret at once, each token when it comes', async () => {
    const secrets = createSecrets();
    const { portal } = openPortal({ secrets });
    expect(secrets.scrub(CLIENT_SECRET)).toBe('[secret]');
    expectToken('token-aaaaaa');
    expectContacts('token-aaaaaa');
    await portal.billingContacts();
    expect(secrets.scrub('token-aaaaaa')).toBe('[secret]');
    expect(secrets.scrub('a refresh-token-aaaaaa b')).not.toContain('token-aaaaaa');
  });
});
