import { describe, expect, it } from 'vitest';
import { refusal } from '../support/envelope.js';
import { gatewayTo, type Passing } from '../support/gateway.js';
import { SAVE_PATH, TOKEN_PATH } from '../support/open-portal.js';
import { contradictions, csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const answerOf = (status: number, code: string, headers: Record<string, string> = {}): Passing => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: refusal(status, code),
});

describe('a portal that turns every order away for three seconds', () => {
  it.each([
    ['Retry-After: 0', { 'retry-after': '0' }],
    ['a date that has passed', { 'retry-after': 'Mon, 01 Jan 2024 00:00:00 GMT' }],
    ['no Retry-After', {}],
  ])('with %s fails no row, uses up no attempts, and is not hammered', async (_, headers) => {
    const sandbox = await sandboxForTest();
    let firstAt: number | undefined;
    let refused = 0;
    const gateway = await gatewayTo(sandbox, async (request, forward) => {
      if (request.path !== SAVE_PATH) return await forward();
      firstAt ??= performance.now();
      if (performance.now() - firstAt > 3_000) return await forward();
      refused++;
      return answerOf(429, 'too_many_requests', headers);
    });
    const place = workplace(gateway);
    place.write('orders.csv', csvOf(10));
    const { status, summary } = await place.summary(['orders.csv']);
    const results = place.results('orders.results.csv');
    expect(contradictions(results, sandbox.truth())).toEqual([]);
    expect({ status, counts: summary.counts }).toMatchObject({ status: 0, counts: { succeeded: 10 } });
    expect(Math.max(...results.map((row) => Number(row['attempts'])))).toBeLessThanOrEqual(2);
    expect(refused).toBeLessThanOrEqual(20);
  });
});

it('a new token that half of the machines do not know yet does not end a run', async () => {
  const sandbox = await sandboxForTest();
  const issuedAt = new Map<string, number>();
  const gateway = await gatewayTo(sandbox, async (request, forward) => {
    if (request.path === TOKEN_PATH) {
      const answer = await forward();
      const token = /"token":"([^"]+)"/.exec(answer.body)?.[1];
      if (token !== undefined) issuedAt.set(token, performance.now());
      return answer;
    }
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const age = performance.now() - (issuedAt.get(token) ?? Number.NEGATIVE_INFINITY);
    return age < 600 ? answerOf(401, 'token_unknown') : await forward();
  });
  const place = workplace(gateway);
  place.write('orders.csv', csvOf(5));
  const { status } = await place.summary(['orders.csv']);
  expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
  expect({ status, placed: sandbox.truth().length }).toEqual({ status: 0, placed: 5 });
});

describe('a token endpoint that goes down in mid-run', () => {
  it.each(['refuses', 'hangs'] as const)('and %s is given up after --give-up-after', async (how) => {
    const sandbox = await sandboxForTest({ tokenLifetimeSeconds: 2, latencyMs: 30 });
    let downAt: number | undefined;
    const gateway = await gatewayTo(sandbox, async (request, forward) => {
      if (request.path !== TOKEN_PATH || sandbox.truth().length < 20) return await forward();
      downAt ??= performance.now();
      return how === 'refuses' ? answerOf(503, 'unavailable') : await new Promise<never>(() => undefined);
    });
    const place = workplace(gateway);
    place.write('orders.csv', csvOf(400));
    const limits = ['--give-up-after', '2s', '--timeout', '1s', '--concurrency', '2'];
    const { status, summary } = await place.summary(['orders.csv', ...limits]);
    const tookMs = performance.now() - (downAt ?? 0);
    expect(status).toBe(3);
    expect(summary.counts).toMatchObject({ failed: 0, in_doubt: 0 });
    expect(summary.counts.succeeded).toBe(sandbox.truth().length);
    // One request has to fail, and then the time that was given is waited for.
    expect(tookMs).toBeLessThan(how === 'refuses' ? 3_500 : 4_500);
  });
});
