import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { onTestFinished } from 'vitest';

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
  const server = https.createServer({ key: TEST_KEY, cert: TEST_CERTIFICATE });
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

// Made for these tests alone; both are public.
const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgh2KfXfZOpsqNYF9f
aRJVnAGWmsd3qEV3uJBBJ9jTrauhRANCAARn5Yjr/xLZyKqlYl0QoTCJ3F6tY9jm
fnhOxOtB1HTrqHJSU3eDAm9SE9NCuDbSY7MVtsZTFHPtRk98MPu7scVb
-----END PRIVATE KEY-----`;
const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUYxMXHWMilivg9xGXOtltLida//gwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA4NDEyN1oYDzIxMjYxMDMw
MDg0MTI3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARn5Yjr/xLZyKqlYl0QoTCJ3F6tY9jmfnhOxOtB1HTrqHJSU3eDAm9S
E9NCuDbSY7MVtsZTFHPtRk98MPu7scVbo1MwUTAdBgNVHQ4EFgQUVrD3Lkccdpuf
1nDbXPxr8c/zrMkwHwYDVR0jBBgwFoAUVrD3Lkccdpuf1nDbXPxr8c/zrMkwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA12LBEX6WjguXyf0zY5Pv
4DCB7dUJTWNEamveJzR3eNQCIHPDIubIgdVlJyB8rgv0aBbXHnAzdEDFw4mzo/2L
nczm
-----END CERTIFICATE-----`;
