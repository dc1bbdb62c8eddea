import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../src/sandbox/start-sandbox.js';
import { clientOf, LIST, type Reply, sandboxWith } from './support.js';

const outcome = (reply: Promise<Reply>): Promise<string> =>
  reply.then(
    ({ status, code }) => (code === undefined ? String(status) : `${status} ${code}`),
    () => 'no answer',
  );

describe.each(['before', 'after'] as const)('%s the order was placed', (when) => {
  it.each<[FaultRule['kind'], string]>([
    ['reset', 'no answer'],
    ['cut', 'no answer'],
    ['429', '429 too_many_requests'],
    ['401', '401 unauthorized'],
    ['403', '403 permission_denied'],
    ['408', '408 request_timeout'],
    ['expired-token', '401 token_expired'],
    ['500', '500 internal_error'],
    ['502', '502'],
    ['503', '503'],
    ['504', '504'],
    ['html', '200'],
    ['redirect', '302'],
    ['wrong-types', '200 success'],
    ['wrong-sn', '200 success'],
    ['delay', '200 success'],
  ])('%s', async (kind, expected) => {
    const sandbox = await sandboxWith({ faults: [{ kind, share: 1, when, ms: 1, times: 1 }] });
    const client = await clientOf(sandbox);
    expect(await outcome(client.order('A1'))).toBe(expected);
    expect(sandbox.truth()).toHaveLength(when === 'after' || kind === 'delay' ? 1 : 0);
    expect(sandbox.stats().faults).toEqual({ [kind]: 1 });
  });

  it('hang, until the client gives up', async () => {
    const sandbox = await sandboxWith({ faults: [{ kind: 'hang', share: 1, when }] });
    const client = await clientOf(sandbox);
    const waiting = outcome(client.order('A1'));
    expect(await Promise.race([waiting, new Promise((done) => setTimeout(done, 150, 'nothing'))])).toBe(
      'nothing',
    );
    expect(sandbox.truth()).toHaveLength(when === 'after' ? 1 : 0);
    await sandbox.close();
    expect(await waiting).toBe('no answer');
  });
});

it('reset is a reset, and cut is a body that ends too early', async () => {
  const sandbox = await sandboxWith({
    faults: [
      { kind: 'reset', share: 1, times: 1 },
      { kind: 'cut', share: 1 },
    ],
  });
  const { token } = await clientOf(sandbox);
  const post = (): Promise<string> =>
    new Promise((resolve) => {
      const sent = request(
        `${sandbox.url}/order/openapi/order/v1/save`,
        { method: 'POST', headers: { 'User-Agent': 'OpenAPI', Authorization: `Bearer ${token}` } },
        (answer) => {
          let bytes = 0;
          answer.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
          });
          answer.on('error', () =>
            resolve(`cut ${bytes > 0 && bytes < Number(answer.headers['content-length'])}`),
          );
          answer.on('end', () => resolve('whole'));
        },
      );
      sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
      sent.end('{}');
    });
  expect(await post()).toBe('ECONNRESET');
  expect(await post()).toBe('cut true');
});

it('draws before or after for each hit, the same with the same seed', async () => {
  const run = async (seed: number): Promise<string[]> => {
    const sandbox = await sandboxWith({ seed, faults: [{ kind: 'reset', share: 0.5 }] });
    const client = await clientOf(sandbox);
    const seen: string[] = [];
    for (let row = 0; row < 40; row++) {
      const said = await outcome(client.order(`A${row}`));
      seen.push(`${said} ${sandbox.truth().some(({ productNo }) => productNo === `A${row}`)}`);
    }
    return seen;
  };
  const first = await run(7);
  expect(new Set(first)).toEqual(new Set(['200 success true', 'no answer true', 'no answer false']));
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
});

it("tells of somebody else's order", async () => {
  const sandbox = await sandboxWith();
  const client = await clientOf(sandbox);
  const { result } = await client.order('A1');
  sandbox.setFaults([{ kind: 'wrong-sn', share: 1, when: 'after' }]);
  expect((await client.order('B2')).result).toMatchObject({ productNo: 'A1', orderNo: result.orderNo });
  expect(sandbox.truth()).toHaveLength(2);
});

it('hits what it is meant for, as often as it is told', async () => {
  const sandbox = await sandboxWith({ faults: [{ kind: '500', share: 1, on: 'list', times: 2 }] });
  const client = await clientOf(sandbox);
  expect((await client.order('A1')).status).toBe(200);
  expect((await client.get(LIST)).status).toBe(500);
  expect((await client.get(LIST)).status).toBe(500);
  expect((await client.get(LIST)).status).toBe(200);
});

it('streams 100 MB', async () => {
  const sandbox = await sandboxWith({ faults: [{ kind: 'huge', share: 1 }] });
  const { token } = await clientOf(sandbox);
  const response = await fetch(`${sandbox.url}/order/openapi/order/v1/save`, {
    method: 'POST',
    headers: {
      'User-Agent': 'OpenAPI',
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
    },
    body: '{}',
  });
  expect(response.status).toBe(200);
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.length;
  expect(bytes).toBe(100 * 1024 * 1024);
});

it('redirects to where it would be seen', async () => {
  const sandbox = await sandboxWith({ faults: [{ kind: 'redirect', share: 1 }] });
  const { headers } = await (await clientOf(sandbox)).order('A1');
  expect(headers.get('location')).toBe(`${sandbox.url}/elsewhere`);
  await fetch(`${sandbox.url}/elsewhere`);
  expect(sandbox.stats().requests['elsewhere']).toBe(1);
});

it('an expired token stays expired', async () => {
  const sandbox = await sandboxWith({ faults: [{ kind: 'expired-token', share: 1, times: 1 }] });
  const client = await clientOf(sandbox);
  expect((await client.order('A1')).status).toBe(401);
  expect((await client.order('A1')).status).toBe(401);
  expect((await (await clientOf(sandbox)).order('A1')).status).toBe(200);
});
