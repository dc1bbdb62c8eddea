import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../../../src/common/secrets.js';
import type { Reply } from '../../../src/portal/outcome.js';
import { createDispatcher, readProxies } from '../../../src/portal/proxy.js';
import { createTransport } from '../../../src/portal/transport.js';
import { createUndiciAdapter } from '../../../src/portal/undici-adapter.js';
import { openGate } from '../../support/open-gate.js';
import { anOrder, openPortal, placedAnswer, SAVE_PATH, tokenAnswer } from '../../support/open-portal.js';
import { serveHttp, tlsInFrontOf } from '../../support/servers.js';
import { virtualClock } from '../../support/virtual-clock.js';

const read = (environment: Record<string, string>) => readProxies(environment, { add: () => undefined });

describe('the proxies of the environment', () => {
  it.each([
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    ['small letters, which win', { HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2' }, 'http://b:2/'],
    ['without a scheme', { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128/'],
    ['over TLS', { HTTPS_PROXY: 'https://proxy:3129' }, 'https://proxy:3129/'],
    ['an empty one', { HTTPS_PROXY: ' ' }, undefined],
  ])('%s', (_, environment, href) => {
    expect(read(environment).https?.href).toBe(href);
  });

  it.each(['socks5://user:secret-9f@proxy', 'http://user:secret-9f@', 'ftp://proxy'])(
    '%s is said to be wrong, without its password',
    (text) => {
      let said = '';
      try {
        read({ HTTPS_PROXY: text });
      } catch (error) {
        said = String(error);
      }
      expect(said).toContain('HTTPS_PROXY');
      expect(said).not.toContain('secret-9f');
    },
  );

  it('a password is a secret in every form', () => {
    const secrets = createSecrets();
    readProxies({ HTTPS_PROXY: 'http://clerk:p%40ss-w%C3%B6rd@proxy' }, secrets);
    const header = Buffer.from('clerk:p@ss-wörd').toString('base64');
    for (const form of ['p@ss-wörd', 'p%40ss-w%C3%B6rd', `Basic ${header}`])
      expect(secrets.scrub(`so: ${form}.`)).toMatch(/^so: (Basic )?\[secret\]\.$/);
  });
});

/** A proxy that does with each CONNECT what it is told; what it was asked, in order. */
async function proxyThat(
  onConnect: (socket: Socket, target: string) => void,
): Promise<{ url: string; asked: { target: string; login: string | undefined }[] }> {
  const asked: { target: string; login: string | undefined }[] = [];
  const server = http.createServer();
  server.on('connect', (request, socket) => {
    socket.on('error', () => undefined);
    asked.push({ target: request.url ?? '', login: request.headers['proxy-authorization'] });
    onConnect(socket as Socket, request.url ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://clerk:secret-9f@127.0.0.1:${port}`, asked };
}

const through = (proxy: string, baseUrl = 'https://portal.test') => {
  const proxies = readProxies({ HTTPS_PROXY: proxy }, { add: () => undefined });
  return openPortal({ baseUrl, carrier: createUndiciAdapter(createDispatcher(baseUrl, proxies)) });
};

/** One order, without a token's request before it. */
function orderThrough(proxy: string, deadlineAt = 5_000): Promise<Reply> {
  const baseUrl = 'https://portal.test';
  const proxies = readProxies({ HTTPS_PROXY: proxy }, { add: () => undefined });
  const transport = createTransport({
    baseUrl,
    timeoutMs: 5_000,
    clock: virtualClock(),
    gate: openGate(),
    stopping: new AbortController().signal,
    observe: () => undefined,
    onDate: () => undefined,
    carrier: createUndiciAdapter(createDispatcher(baseUrl, proxies)),
  });
  onTestFinished(transport.close);
  return transport.sendOnce({ path: SAVE_PATH, token: 'token-1', body: '{"productId":9}' }, deadlineAt);
}

describe('through a proxy', () => {
  it('an order reaches the portal in a tunnel, and the proxy knows who comes', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    const { url, received } = await serveHttp((request, response) =>
      response.end(request.path === SAVE_PATH ? placedAnswer() : tokenAnswer('token-1')),
    );
    const port = await tlsInFrontOf(url);
    const proxy = await proxyThat((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(connect(port, '127.0.0.1')).pipe(socket);
    });
    const { portal } = through(proxy.url);
    const deadline = 60_000;
    expect(await portal.placeOrder(anOrder(), deadline)).toMatchObject({ kind: 'placed' });
    const login = `Basic ${Buffer.from('clerk:secret-9f').toString('base64')}`;
    expect(new Set(proxy.asked.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ target: 'portal.test:443', login })]),
    );
    for (const { headers } of received) expect(headers).not.toHaveProperty('proxy-authorization');
  });

  it.each([
    ['407 Proxy Authentication Required', 'proxy_login'],
    ['401 Unauthorized', 'proxy_login'],
    ['403 Forbidden', 'proxy_refused'],
    ['502 Bad Gateway', 'proxy_refused'],
  ])('that answers %s, an order was never sent', async (status, code) => {
    const proxy = await proxyThat((socket) => socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`));
    const reply = await orderThrough(proxy.url);
    const message = expect.stringContaining(`the proxy http://${new URL(proxy.url).host} `);
    expect(reply).toMatchObject({ kind: 'no-answer', neverSent: true, code, message });
    expect(JSON.stringify(reply)).not.toContain('secret-9f');
  });

  it('that hangs up, an order was never sent', async () => {
    const proxy = await proxyThat((socket) => socket.destroy());
    expect(await orderThrough(proxy.url)).toMatchObject({ neverSent: true, code: 'proxy_unreachable' });
  });

  it('that keeps silent, an order was never sent', async () => {
    const proxy = await proxyThat(() => undefined);
    expect(await orderThrough(proxy.url, 200)).toMatchObject({ neverSent: true, code: 'timeout' });
  });

  it('a portal on this machine is reached without', async () => {
    const { url, received } = await serveHttp((_, response) => response.end(tokenAnswer('token-1')));
    const proxy = await proxyThat((socket) => socket.destroy());
    const { portal } = through(proxy.url, url);
    await expect(portal.placeOrder(anOrder(), 60_000)).resolves.toMatchObject({ kind: 'unknown' });
    expect(received).toHaveLength(2);
    expect(proxy.asked).toEqual([]);
  });
});
