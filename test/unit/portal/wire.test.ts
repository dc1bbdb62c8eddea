import diagnostics from 'node:diagnostics_channel';
import type { ClientRequest, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reply } from '../../../src/portal/outcome.js';
import { createTransport } from '../../../src/portal/transport.js';
import { directCarrier } from '../../support/direct-carrier.js';
import { success } from '../../support/envelope.js';
import { openGate } from '../../support/open-gate.js';
import {
  anOrder,
  CONTACTS_PATH,
  LARGEST_ID,
  movingOn,
  openPortal,
  placedAnswer,
  SAVE_PATH,
  TOKEN_PATH,
  tokenAnswer,
} from '../../support/open-portal.js';
import { closedPort, type Received, serveHttp, serveTcp, serveTls } from '../../support/servers.js';
import { virtualClock } from '../../support/virtual-clock.js';

const DEADLINE = 60_000;

/** A portal that hands out tokens and does with an order what it is told. */
const portalThat = (
  onOrder: (response: ServerResponse, socket: Socket, request: Received) => void,
  onOther: (response: ServerResponse, request: Received) => void = (response) => response.end(success([])),
) =>
  serveHttp((request, response, socket) => {
    if (request.path === TOKEN_PATH) response.end(tokenAnswer('token-1'));
    else if (request.path === SAVE_PATH) onOrder(response, socket, request);
    else onOther(response, request);
  });

const ordersAmong = (received: readonly Received[]): Received[] =>
  received.filter(({ path }) => path === SAVE_PATH);

/** A client that already has its token, so that only the order's own fate is seen. */
async function withToken(baseUrl: string) {
  const opened = openPortal({ baseUrl, carrier: directCarrier() });
  await opened.portal.billingContacts();
  return opened;
}

describe('over real sockets', () => {
  it('an order leaves byte for byte: the tutorial’s fields, our poNumber, ids as bare 64-bit numbers', async () => {
    const { url, received } = await portalThat((response) => response.end(placedAnswer()));
    const { portal } = openPortal({ baseUrl: url, carrier: directCarrier() });
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toStrictEqual({
      kind: 'placed',
      order: { orderNo: 'O-1', orderStatus: 'succeed', transactionNo: 'T-1', instanceId: 'I-1' },
      requestId: 'req-1',
    });
    const [order, ...more] = ordersAmong(received);
    expect(more).toStrictEqual([]);
    expect(order?.method).toBe('POST');
    expect(order?.body).toBe(
      '{"operationType":"switch_plan","productId":9,"productNo":"369471667338",' +
        `"billingId":${LARGEST_ID},"poNumber":"JUNE-ABCDEFGHIJKLMNOP",` +
        `"serviceList":[{"serviceType":"plan","serviceId":${LARGEST_ID},"purchaseType":"switch",` +
        '"billingModel":"recurring","billingCycle":"annually","multiCycle":1}]}',
    );
  });

  it('every request says who it is, and carries its token', async () => {
    const { url, received } = await portalThat((response) => response.end(placedAnswer()));
    const { portal } = openPortal({ baseUrl: url, carrier: directCarrier() });
    await portal.placeOrder(anOrder(), DEADLINE);
    await portal.billingContacts();
    expect(received.map(({ path }) => path)).toStrictEqual([TOKEN_PATH, SAVE_PATH, CONTACTS_PATH]);
    for (const { headers } of received) expect(headers['user-agent']).toBe('OpenAPI');
    const [token, order, contacts] = received;
    expect(token?.headers).not.toHaveProperty('authorization');
    expect(token?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(order?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'content-type': 'application/json',
      'content-length': String(order?.body.length),
    });
    expect(contacts?.headers.authorization).toBe('Bearer token-1');
  });

  it('a base URL with a path of its own is kept', async () => {
    const { url, received } = await serveHttp((_, response) => response.end(tokenAnswer('one')));
    const { portal } = openPortal({ baseUrl: `${url}/gateway/yeastar`, carrier: directCarrier() });
    await portal.orderPage(2).catch(() => undefined);
    expect(received[0]?.path).toBe(`/gateway/yeastar${TOKEN_PATH}`);
    expect(received[1]?.path).toBe('/gateway/yeastar/order/openapi/order/v1/page?pageNo=2&pageSize=100');
  });

  it('a closed port: the order was never sent', async () => {
    const { portal } = openPortal({
      baseUrl: `http://127.0.0.1:${await closedPort()}`,
      carrier: directCarrier(),
    });
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      kind: 'never-sent',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('a closed port is told by the system’s name for it', async () => {
    const reply = await sendOnce(`http://127.0.0.1:${await closedPort()}`);
    expect(reply).toMatchObject({
      kind: 'no-answer',
      neverSent: true,
      code: 'ECONNREFUSED',
      message: expect.stringMatching(/\S/),
    });
  });

  it('a name that resolves to a closed port in two ways is said with words too', async () => {
    const baseUrl = `http://localhost:${await closedPort()}`;
    const { portal, clock } = openPortal({ baseUrl, carrier: directCarrier() });
    await expect(movingOn(clock, portal.billingContacts())).rejects.toMatchObject({
      code: 'portal_unreachable',
      message: expect.stringMatching(/for the access token: \S+.*ECONNREFUSED/),
    });
  });

  it('a server that accepts and never answers: unknown, at the deadline, and sent once', async () => {
    const { url, received } = await portalThat(() => undefined);
    const { portal } = await withToken(url);
    const start = performance.now();
    expect(await portal.placeOrder(anOrder(), 150)).toMatchObject({ kind: 'unknown', code: 'timeout' });
    expect(performance.now() - start).toBeGreaterThan(100);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(ordersAmong(received)).toHaveLength(1);
  });

  it('an answer that trickles in is over at the deadline all the same', async () => {
    const { url } = await portalThat((response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    });
    const { portal } = await withToken(url);
    expect(await portal.placeOrder(anOrder(), 200)).toMatchObject({ kind: 'unknown', code: 'timeout' });
  });

  it('a connection that is reset once the order was read: unknown', async () => {
    const { url, received } = await portalThat((_, socket) => void socket.resetAndDestroy());
    const { portal } = await withToken(url);
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ kind: 'unknown' });
    expect(ordersAmong(received)).toHaveLength(1);
  });

  it('a connection that is closed without an answer: unknown', async () => {
    const { url, received } = await portalThat((_, socket) => void socket.end());
    const { portal } = await withToken(url);
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ kind: 'unknown' });
    expect(ordersAmong(received)).toHaveLength(1);
  });

  it.each([200, 400, 429])('an answer with HTTP %i that is cut off on its way: unknown', async (status) => {
    const { url, received } = await portalThat((response, socket) => {
      const answer = placedAnswer();
      response.writeHead(status, { 'Content-Length': String(answer.length) });
      response.write(answer.slice(0, 20), () => socket.end());
    });
    const { portal } = await withToken(url);
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ kind: 'unknown' });
    expect(ordersAmong(received)).toHaveLength(1);
  });

  it('an answer without end is given up: unknown, and not much of it is kept', async () => {
    const { url } = await portalThat((response) => {
      const megabyte = Buffer.alloc(1 << 20, 0x20);
      const more = (): void => void (response.writable && response.write(megabyte, () => setImmediate(more)));
      more();
    });
    const { portal } = await withToken(url);
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      kind: 'unknown',
      code: expect.not.stringContaining('timeout'),
    });
  });

  it('a redirect is not followed', async () => {
    const elsewhere = await serveHttp((_, response) => response.end(placedAnswer('O-2')));
    const { url } = await portalThat((response) => {
      response.writeHead(307, { Location: `${elsewhere.url}${SAVE_PATH}` }).end();
    });
    const { portal } = await withToken(url);
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      kind: 'unknown',
      code: 'foreign_answer',
    });
    expect(elsewhere.received).toStrictEqual([]);
  });

  it.each([500, 503, 429])('an order answered with HTTP %i goes out once', async (status) => {
    const { url, received } = await portalThat((response) => void response.writeHead(status).end('busy'));
    const { portal } = await withToken(url);
    await portal.placeOrder(anOrder(), DEADLINE);
    await delay(30);
    expect(ordersAmong(received)).toHaveLength(1);
  });

  it('a TLS handshake that never completes: the order was never sent', async () => {
    const silent = await serveTcp(() => undefined);
    const reply = await sendOnce(`https://127.0.0.1:${silent.port}`, 200);
    expect(reply).toMatchObject({ kind: 'no-answer', neverSent: true, code: 'timeout' });
    expect(silent.bytes()).not.toContain(SAVE_PATH);
  });

  it('a server that speaks no TLS: the order was never sent', async () => {
    const plain = await serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const reply = await sendOnce(`https://127.0.0.1:${plain.port}`);
    expect(reply).toMatchObject({ kind: 'no-answer', neverSent: true });
  });

  it('a certificate that nobody vouches for: the order was never sent', async () => {
    const server = await serveTls();
    const reply = await sendOnce(server.url);
    expect(reply).toMatchObject({ kind: 'no-answer', neverSent: true, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(server.received).toStrictEqual([]);
  });

  it('a connection that comes about only after the deadline carries no order', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    const server = await serveTls();
    const slow = await serveTcp((socket) => {
      socket.pause();
      setTimeout(
        () =>
          socket
            .pipe(connect(server.port, '127.0.0.1'))
            .on('error', () => undefined)
            .pipe(socket),
        300,
      );
    });
    const reply = await sendOnce(`https://127.0.0.1:${slow.port}`, 150);
    expect(reply).toMatchObject({ kind: 'no-answer', neverSent: true, code: 'timeout' });
    await delay(400);
    expect(server.received).toStrictEqual([]);
    // The same way is open to one that may wait.
    expect(await sendOnce(`https://127.0.0.1:${slow.port}`, 5_000)).toMatchObject({
      kind: 'answer',
    });
  });

  it('an order whose moment has passed when its connection is there does not leave, and the connection stays', async () => {
    const used = new Set<Socket>();
    const { url, received } = await portalThat((response, socket) => {
      used.add(socket);
      response.end(placedAnswer());
    });
    const { portal } = await withToken(url);
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({ kind: 'placed' });
    expect(await portal.placeOrder(anOrder(), DEADLINE, () => false)).toMatchObject({
      kind: 'never-sent',
      code: 'too_late',
    });
    expect(ordersAmong(received)).toHaveLength(1);
    expect(await portal.placeOrder(anOrder(), DEADLINE, () => true)).toMatchObject({ kind: 'placed' });
    expect(used.size).toBe(1);
  });

  it('a name that cannot be resolved: the order was never sent', async () => {
    const reply = await sendOnce('http://portal.invalid');
    expect(reply).toMatchObject({ kind: 'no-answer', neverSent: true });
  });

  it('a network that is gone while the answer is awaited: unknown, whatever the system calls it', async () => {
    const { url } = await portalThat(() => {
      // The order has been read by the portal: now the client's own system says that there is no route.
      for (const socket of sockets)
        socket.destroy(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }));
    });
    const sockets = new Set<Socket>();
    const see = (message: unknown): void => {
      const { socket, request } = message as { socket?: Socket; request?: ClientRequest };
      const used = socket ?? request?.socket;
      if (used != null) sockets.add(used);
      else request?.once?.('socket', (given) => void sockets.add(given));
    };
    for (const channel of ['undici:client:sendHeaders', 'http.client.request.start'])
      diagnostics.subscribe(channel, see);
    onTestFinished(() => {
      for (const channel of ['undici:client:sendHeaders', 'http.client.request.start'])
        diagnostics.unsubscribe(channel, see);
    });
    const { portal } = await withToken(url);
    expect(await portal.placeOrder(anOrder(), DEADLINE)).toMatchObject({
      kind: 'unknown',
      code: 'EHOSTUNREACH',
    });
  });

  it('a question is asked again after a reset, a 503 and a 429', async () => {
    let asked = 0;
    const { url } = await portalThat(
      () => undefined,
      (response) => {
        asked++;
        if (asked === 1) response.socket?.resetAndDestroy();
        else if (asked === 2) response.writeHead(503).end('busy');
        else if (asked === 3) response.writeHead(429).end('slowly');
        else response.end(success([{ billingContactId: '7' }]));
      },
    );
    const { portal } = openPortal({ baseUrl: url, carrier: directCarrier() });
    expect(await portal.billingContacts()).toHaveLength(1);
    expect(asked).toBe(4);
  });

  it('a question is asked again after a time-out', async () => {
    let asked = 0;
    const { url } = await portalThat(
      () => undefined,
      (response) => {
        if (++asked > 1) response.end(success([{ billingContactId: '7' }]));
      },
    );
    const { portal } = openPortal({ baseUrl: url, carrier: directCarrier(), timeoutMs: 300 });
    expect(await portal.billingContacts()).toHaveLength(1);
    expect(asked).toBeGreaterThanOrEqual(2);
  });

  it('a question is asked again also when the portal asks for a longer wait than one request may take', async () => {
    let asked = 0;
    const { url } = await portalThat(
      () => undefined,
      (response) => {
        if (++asked === 1) response.writeHead(429, { 'Retry-After': '1' }).end('slowly');
        else response.end(success([{ billingContactId: '7' }]));
      },
    );
    const { portal } = openPortal({ baseUrl: url, carrier: directCarrier(), timeoutMs: 800 });
    expect(await portal.billingContacts()).toHaveLength(1);
    expect(asked).toBe(2);
  });

  it('the portal’s clock is learnt from its answers', async () => {
    const { url } = await portalThat(
      () => undefined,
      (response) => void response.writeHead(200, { Date: 'Thu, 01 Jan 1970 01:00:00 GMT' }).end(success([])),
    );
    const { portal } = openPortal({ baseUrl: url, carrier: directCarrier() });
    await portal.billingContacts();
    // That is earlier than the real date, which the token's answer carries.
    expect(portal.clock.earliest(0)).toBe(3_598_000);
  });
});

/** One order, without a token's request before it. */
function sendOnce(baseUrl: string, deadlineAt = DEADLINE): Promise<Reply> {
  const transport = createTransport({
    baseUrl,
    timeoutMs: 5_000,
    clock: virtualClock(() => 0),
    gate: openGate(),
    stopping: new AbortController().signal,
    observe: () => undefined,
    onDate: () => undefined,
    carrier: directCarrier(),
  });
  onTestFinished(transport.close);
  return transport.sendOnce({ path: SAVE_PATH, token: 'token-1', body: '{"productId":9}' }, deadlineAt);
}
