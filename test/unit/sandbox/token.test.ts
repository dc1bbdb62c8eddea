import { describe, expect, it } from 'vitest';
import { sandboxForTest } from '../../support/sandbox.js';
import { virtualClock } from '../../support/virtual-clock.js';
import { ask, clientOf, credentials, form, LIST, PLANS } from './support.js';

describe('the token endpoint', () => {
  it('gives a token with its lifetime as a string', async () => {
    const sandbox = await sandboxForTest();
    expect(await form(sandbox, credentials(sandbox))).toMatchObject({
      status: 200,
      code: 'success',
      result: { token: expect.any(String), refreshToken: expect.any(String), expiresIn: '1800' },
    });
  });

  it('takes a refresh token once', async () => {
    const sandbox = await sandboxForTest();
    const { result } = await form(sandbox, credentials(sandbox));
    const fields = { grant_type: 'refresh_token', refresh_token: result.refreshToken };
    expect((await form(sandbox, fields)).result.token).not.toBe(result.token);
    expect((await form(sandbox, fields)).status).toBe(401);
  });

  it.each([
    ['a wrong secret', { client_secret: 'x' }, 401],
    ['a wrong client', { client_id: 'x' }, 401],
    ['another grant', { grant_type: 'client_credentials' }, 400],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 401],
  ])('refuses %s', async (_name, changed, status) => {
    const sandbox = await sandboxForTest();
    expect((await form(sandbox, { ...credentials(sandbox), ...changed })).status).toBe(status);
  });

  it('refuses JSON', async () => {
    const sandbox = await sandboxForTest();
    const reply = await ask(`${sandbox.url}/auth/openapi/v1/oauth/token`, {
      method: 'POST',
      headers: { 'User-Agent': 'OpenAPI', 'Content-Type': 'application/json' },
      body: JSON.stringify(credentials(sandbox)),
    });
    expect(reply.status).toBe(415);
  });
});

it('a token expires', async () => {
  const clock = virtualClock();
  const client = await clientOf(await sandboxForTest({ clock, tokenLifetimeSeconds: 2 }));
  await clock.runUntil(1999);
  expect((await client.get(PLANS)).status).toBe(200);
  await clock.runUntil(2000);
  expect(await client.get(PLANS)).toMatchObject({ status: 401, code: 'token_expired' });
});

describe('broken access', () => {
  it('secret: no token is given and none lives', async () => {
    const sandbox = await sandboxForTest();
    const client = await clientOf(sandbox);
    sandbox.breakAccess('secret');
    expect((await client.get(PLANS)).status).toBe(401);
    expect((await form(sandbox, credentials(sandbox))).status).toBe(401);
    sandbox.breakAccess('none');
    expect((await form(sandbox, credentials(sandbox))).status).toBe(200);
  });

  it('ip: 403 everywhere', async () => {
    const sandbox = await sandboxForTest();
    const client = await clientOf(sandbox);
    sandbox.breakAccess('ip');
    expect((await client.get(PLANS)).status).toBe(403);
    expect((await form(sandbox, credentials(sandbox))).status).toBe(403);
  });

  it('permission: only orders are refused', async () => {
    const sandbox = await sandboxForTest();
    const client = await clientOf(sandbox);
    sandbox.breakAccess('permission');
    expect((await client.order('A1')).status).toBe(403);
    expect((await client.get(LIST)).status).toBe(200);
    expect(sandbox.truth()).toEqual([]);
  });
});

describe('the rate limit', () => {
  it('lets so many requests through in a second', async () => {
    const clock = virtualClock();
    const sandbox = await sandboxForTest({ clock, ratePerSecond: 5 });
    const client = await clientOf(sandbox);
    const replies = await Promise.all(Array.from({ length: 12 }, (_, row) => client.order(`A${row}`)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(sandbox.truth()).toHaveLength(5);
    expect(sandbox.stats()).toMatchObject({ refused429: 7, startsPerSecondMax: 12, requests: { order: 12 } });
    expect(replies.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
    await clock.runUntil(1000);
    expect((await client.order('B1')).status).toBe(200);
    sandbox.setRate(undefined);
    for (let row = 0; row < 10; row++) expect((await client.order(`C${row}`)).status).toBe(200);
  });

  it('says when as a date by its own clock, or not at all', async () => {
    const offset = 3_600_000;
    const dated = await sandboxForTest({ ratePerSecond: 1, retryAfter: 'date', clockOffsetMs: offset });
    const client = await clientOf(dated);
    await client.get(PLANS);
    const { headers } = await client.get(PLANS);
    const wait = Date.parse(headers.get('retry-after') ?? '') - Date.parse(headers.get('date') ?? '');
    expect(wait).toBeGreaterThanOrEqual(1000);
    expect(wait).toBeLessThanOrEqual(3000);
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now() - offset)).toBeLessThan(5000);

    const silent = await clientOf(await sandboxForTest({ ratePerSecond: 1, retryAfter: 'none' }));
    await silent.get(PLANS);
    const reply = await silent.get(PLANS);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, null]);
  });
});
