import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { onTestFinished } from 'vitest';
import { CERTIFICATE, KEY } from './certificate.js';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** The bytes as they came. */
  readonly body: string;
}

/** A real HTTP server on loopback for one test; what it received, in order. */
export async function serveHttp(
  answer: (request: Received, response: http.ServerResponse, socket: net.Socket) => void,
): Promise<{ url: string; port: number; received: Received[] }> {
  const received: Received[] = [];
  const port = await serveRequests(http.createServer(), received, answer);
  return { url: `http://127.0.0.1:${port}`, port, received };
}

/** The same over TLS, with a certificate that nobody vouches for. It answers everything with `{}`. */
export async function serveTls(): Promise<{ url: string; port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = https.createServer({ key: KEY, cert: CERTIFICATE });
  const port = await serveRequests(server, received, (_, response) => response.end('{}'));
  return { url: `https://127.0.0.1:${port}`, port, received };
}

async function serveRequests(
  server: http.Server,
  received: Received[],
  answer: (request: Received, response: http.ServerResponse, socket: net.Socket) => void,
): Promise<number> {
  server.on('request', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(seen);
      answer(seen, response, request.socket);
    });
  });
  const port = await listen(server);
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return port;
}

/** A TCP server on loopback for one test that does what it is told with each connection. */
export async function serveTcp(
  onConnection: (socket: net.Socket) => void,
): Promise<{ port: number; bytes: () => string }> {
  const sockets = new Set<net.Socket>();
  let bytes = '';
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
    });
    onConnection(socket);
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, bytes: () => bytes };
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function listen(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}

/** A TLS server on loopback for one test that hands everything on to a plain one. @returns its port */
export async function tlsInFrontOf(url: string): Promise<number> {
  const server = https.createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
    const { method = 'GET', headers } = request;
    const onward = http.request(`${url}${request.url ?? '/'}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return await listen(server);
}
