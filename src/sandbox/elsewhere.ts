import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { htmlPage } from './envelope.js';

export interface Elsewhere {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Where the fault `redirect` points to: another origin than the portal's, so that a client that follows it,
 * with or without its token, shows up.
 */
export async function openElsewhere(visited: () => void): Promise<Elsewhere> {
  const page = htmlPage(200, 'Elsewhere');
  const server = createServer((_request, response) => {
    visited();
    response.writeHead(page.status, { 'content-type': page.contentType }).end(page.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/elsewhere`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
