import dns from 'node:dns';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SerialNumber } from '../../../src/common/ids.js';
import { seededRandom } from '../../../src/sandbox/random.js';
import { directCarrier } from '../../support/direct-carrier.js';
import { anOrder, openPortal, placedAnswer, SAVE_PATH, tokenAnswer } from '../../support/open-portal.js';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
if (!hasIpv6) process.stderr.write('SKIPPED: no IPv6 on this machine.\n');

/** A portal on one address of this machine; the serial numbers that it was sent, in order. */
async function portalOn(host: string, set: (server: http.Server) => void = () => undefined) {
  const sent: string[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (request.url !== SAVE_PATH) return response.end(tokenAnswer('token-1'));
      const { productNo } = JSON.parse(body) as { productNo: string };
      sent.push(productNo);
      return response.end(placedAnswer(`O-${sent.length}`, productNo));
    });
  });
  set(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sent };
}

/** For this test every name stands for these addresses, in this order. */
function namesMean(...addresses: readonly string[]): void {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = vi.spyOn(dns, 'lookup') as unknown as {
    mockImplementation: (
      given: (name: string, options: { all?: boolean }, done: (...args: unknown[]) => void) => void,
    ) => void;
    mockRestore: () => void;
  };
  lookup.mockImplementation((_, options, done) => {
    if (options.all) done(null, all);
    else done(null, all[0]?.address, all[0]?.family);
  });
  onTestFinished(() => lookup.mockRestore());
}

const order = (baseUrl: string) => {
  const { portal } = openPortal({ baseUrl, carrier: directCarrier() });
  return portal.placeOrder(anOrder(), 20_000);
};

describe('a portal', () => {
  it.skipIf(!hasIpv6)('that has IPv6 alone is reached, by its address and by its name', async () => {
    const { port, sent } = await portalOn('::1');
    expect(await order(`http://[::1]:${port}`)).toMatchObject({ kind: 'placed' });
    namesMean('::1');
    expect(await order(`http://localhost:${port}`)).toMatchObject({ kind: 'placed' });
    expect(sent).toHaveLength(2);
  });

  it.skipIf(!hasIpv6)('that has both, and answers on one, is reached, and ordered from once', async () => {
    const { port, sent } = await portalOn('127.0.0.1');
    namesMean('::1', '127.0.0.1');
    expect(await order(`http://localhost:${port}`)).toMatchObject({ kind: 'placed' });
    expect(sent).toHaveLength(1);
  });

  it('one of whose addresses keeps silent is reached on the other', async () => {
    const { port, sent } = await portalOn('127.0.0.1');
    // An address for documentation: nobody has it (RFC 5737).
    namesMean('192.0.2.1', '127.0.0.1');
    expect(await order(`http://localhost:${port}`)).toMatchObject({ kind: 'placed' });
    expect(sent).toHaveLength(1);
  });
});

describe('a connection that the portal closes while it is not used', () => {
  it.each([1, 2, 3])('costs no order, and none is sent twice, whenever it does (seed %i)', async (seed) => {
    const { port, sent } = await portalOn('127.0.0.1', (server) => {
      // Node closes a second later than it says, which the client would know: this server says nothing.
      server.on('connection', (socket) => {
        let closing: NodeJS.Timeout | undefined;
        socket.on('data', () => {
          clearTimeout(closing);
          closing = setTimeout(() => socket.destroy(), 10);
        });
        socket.on('close', () => clearTimeout(closing));
      });
      server.keepAliveTimeout = 0;
    });
    const chance = seededRandom(seed);
    const { portal } = openPortal({ baseUrl: `http://127.0.0.1:${port}`, carrier: directCarrier() });
    const outcomes = new Map<string, string>();
    for (let i = 0; i < 150; i++) {
      const productNo = `3694${String(10_000_000 + i)}` as SerialNumber;
      const outcome = await portal.placeOrder(anOrder({ productNo }), 20_000);
      outcomes.set(productNo, outcome.kind);
      await delay(8 + chance() * 4);
    }
    for (const [productNo, kind] of outcomes) {
      const times = sent.filter((one) => one === productNo).length;
      if (kind === 'placed') expect(times).toBe(1);
      if (kind === 'never-sent') expect(times).toBe(0);
      expect(times).toBeLessThanOrEqual(1);
      expect(['placed', 'never-sent', 'unknown']).toContain(kind);
    }
    const placed = [...outcomes.values()].filter((kind) => kind === 'placed').length;
    expect(placed).toBeGreaterThan(75);
  });

  it('says how long it keeps one: it is not used for that long, and nothing is lost', async () => {
    const { port, sent } = await portalOn('127.0.0.1', (server) => {
      server.keepAliveTimeout = 1_000;
    });
    const { portal } = openPortal({ baseUrl: `http://127.0.0.1:${port}`, carrier: directCarrier() });
    for (let i = 0; i < 12; i++) {
      expect(await portal.placeOrder(anOrder(), 20_000)).toMatchObject({ kind: 'placed' });
      await delay(i < 10 ? 20 : 1_000);
    }
    expect(sent).toHaveLength(12);
  });
});
