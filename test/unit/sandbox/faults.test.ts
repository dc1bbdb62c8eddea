import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { parseFault } from '../../../src/sandbox/fault-spec.js';
import type { FaultRule } from '../../../src/sandbox/start-sandbox.js';
import { sandboxForTest } from '../../support/sandbox.js';
import { clientOf, LIST, orderJson, type Reply } from './support.js';

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
    ['401-html', '401'],
    ['403', '403 permission_denied'],
    ['409', '409 duplicate_order'],
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
    const sandbox = await sandboxForTest({ faults: [{ kind, share: 1, when, ms: 1, times: 1 }] });
    const client = await clientOf(sandbox);
    expect(await outcome(client.order('A1'))).toBe(expected);
    expect(sandbox.truth()).toHaveLength(when === 'after' || kind === 'delay' ? 1 : 0);
    expect(sandbox.stats().faults).toEqual({ [kind]: 1 });
  });

  it('hang, until the client gives up', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: 'hang', share: 1, when, times: 1 }] });
    const client = await clientOf(sandbox);
    const waiting = outcome(client.order('A1'));
    await vi.waitFor(() => expect(sandbox.stats().faults).toEqual({ hang: 1 }));
    expect(await outcome(client.order('A2'))).toBe('200 success');
    expect(await Promise.race([waiting, 'nothing'])).toBe('nothing');
    expect(sandbox.truth()).toHaveLength(when === 'after' ? 2 : 1);
    await sandbox.close();
    expect(await waiting).toBe('no answer');
  });
});

/** What a connection sees of the answer to an order, and how it ends. */
async function onTheWire(fault: FaultRule['kind']): Promise<{ answer: string; end: string }> {
  const sandbox = await sandboxForTest({ faults: [{ kind: fault, share: 1 }] });
  const { token } = await clientOf(sandbox);
  const socket = connect(sandbox.port, '127.0.0.1');
  const body = orderJson('A1');
  socket.write(
    `POST /order/openapi/order/v1/save HTTP/1.1\r\nHost: x\r\nUser-Agent: OpenAPI\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return new Promise((resolve) => {
    let answer = '';
    // An HTTP client calls any early end a reset; only the connection itself tells a reset from an end.
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.on('end', () => resolve({ answer, end: 'ended' }));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve({ answer, end: error.code ?? 'error' }));
  });
}

it('reset resets the connection, without a word', async () => {
  expect(await onTheWire('reset')).toEqual({ answer: '', end: 'ECONNRESET' });
});

it('cut promises the whole body, sends half of it and ends the connection', async () => {
  const { answer, end } = await onTheWire('cut');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const promised = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
  expect(end).toBe('ended');
  expect(body.length).toBe(Math.floor(promised / 2));
});

it('draws before or after for each hit, the same with the same seed', async () => {
  const run = async (seed: number): Promise<string[]> => {
    const sandbox = await sandboxForTest({ seed, faults: [{ kind: 'reset', share: 0.5 }] });
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
  const sandbox = await sandboxForTest();
  const client = await clientOf(sandbox);
  const { result } = await client.order('A1');
  sandbox.setFaults([{ kind: 'wrong-sn', share: 1, when: 'after' }]);
  expect((await client.order('B2')).result).toMatchObject({ productNo: 'A1', orderNo: result.orderNo });
  expect(sandbox.truth()).toHaveLength(2);
});

it.each(['before', 'after'] as const)(
  "never tells of the asker's own order, %s placing it again",
  async (when) => {
    const sandbox = await sandboxForTest();
    const client = await clientOf(sandbox);
    const own = await client.order('A1');
    sandbox.setFaults([{ kind: 'wrong-sn', share: 1, when }]);
    const { result } = await client.order('A1');
    expect(result.productNo).not.toBe('A1');
    expect(result.orderNo).not.toBe(own.result.orderNo);
  },
);

describe('a delay of every request', () => {
  it.each([
    [['delay:100%:60ms:before', 'reset:100%:after'], 1],
    [['reset:100%:before', 'delay:100%:60ms:after'], 0],
  ] as const)('comes on top of another fault, named before or after it: %j', async (specs, placed) => {
    const sandbox = await sandboxForTest({ faults: specs.map(parseFault) });
    const client = await clientOf(sandbox);
    const start = performance.now();
    expect(await outcome(client.order('A1'))).toBe('no answer');
    expect(sandbox.truth()).toHaveLength(placed);
    expect(sandbox.stats().faults).toEqual({ delay: 1, reset: 1 });
    expect(performance.now() - start).toBeGreaterThan(50);
  });

  it('leaves the others their shares, whatever the order of the rules', async () => {
    for (const specs of [
      ['delay:100%:1ms', '500:30%', '503:100%:times=3'],
      ['500:30%', '503:100%:times=3', 'delay:100%:1ms'],
    ]) {
      const sandbox = await sandboxForTest({ faults: specs.map(parseFault) });
      const client = await clientOf(sandbox);
      for (let row = 0; row < 60; row++) await outcome(client.order(`A${row}`));
      const counts = sandbox.stats().faults;
      expect(counts['503']).toBe(3);
      expect(counts['500']).toBeGreaterThan(5);
      expect(counts['500']).toBeLessThan(35);
    }
  });
});

it('delays by half a second where nothing else is said', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: 'delay', share: 1 }] });
  const client = await clientOf(sandbox);
  const start = performance.now();
  await client.order('A1');
  expect(performance.now() - start).toBeGreaterThan(480);
});

it('hits what it is meant for, as often as it is told', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: '500', share: 1, on: 'list', times: 2 }] });
  const client = await clientOf(sandbox);
  expect((await client.order('A1')).status).toBe(200);
  expect((await client.get(LIST)).status).toBe(500);
  expect((await client.get(LIST)).status).toBe(500);
  expect((await client.get(LIST)).status).toBe(200);
});

it.each(['before', 'after'] as const)('streams 100 MB, %s the order was placed', async (when) => {
  const sandbox = await sandboxForTest({ faults: [{ kind: 'huge', share: 1, when }] });
  const { token } = await clientOf(sandbox);
  const response = await fetch(`${sandbox.url}/order/openapi/order/v1/save`, {
    method: 'POST',
    headers: {
      'User-Agent': 'OpenAPI',
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
    },
    body: orderJson('A1'),
  });
  expect(response.status).toBe(200);
  let bytes = 0;
  let start = '';
  for await (const chunk of response.body ?? []) {
    start ||= Buffer.from(chunk).toString('utf8', 0, 17);
    bytes += chunk.length;
  }
  expect(start).toBe('{"code":"success"');
  expect(bytes).toBe(100 * 1024 * 1024);
  expect(sandbox.truth()).toHaveLength(when === 'after' ? 1 : 0);
});

it('redirects to where it would be seen', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: 'redirect', share: 1 }] });
  const { headers } = await (await clientOf(sandbox)).order('A1');
  const location = new URL(headers.get('location') ?? '');
  expect(location.hostname).toBe('127.0.0.1');
  expect(location.origin).not.toBe(sandbox.url);
  expect(sandbox.stats().requests['elsewhere']).toBeUndefined();
  expect((await fetch(location)).status).toBe(200);
  expect(sandbox.stats().requests['elsewhere']).toBe(1);
});

it('answers 409 once the order is placed where nothing else is said', async () => {
  const sandbox = await sandboxForTest({ seed: 3, faults: [{ kind: '409', share: 1, times: 5 }] });
  const client = await clientOf(sandbox);
  for (let row = 0; row < 5; row++) expect((await client.order(`A${row}`)).status).toBe(409);
  expect(sandbox.truth()).toHaveLength(5);
});

it('an expired token stays expired', async () => {
  const sandbox = await sandboxForTest({ faults: [{ kind: 'expired-token', share: 1, times: 1 }] });
  const client = await clientOf(sandbox);
  expect((await client.order('A1')).status).toBe(401);
  expect((await client.order('A1')).status).toBe(401);
  expect((await (await clientOf(sandbox)).order('A1')).status).toBe(200);
});
