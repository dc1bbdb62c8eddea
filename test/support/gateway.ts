import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { type Received, serveHttp } from './servers.js';

/** An answer as it passes a gateway. */
export interface Passing {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export type Forward = (request?: Partial<Received>) => Promise<Passing>;

/**
 * A gateway in front of the sandbox for one test: `answer` decides what becomes of each request, and may pass it on.
 * @returns what a workplace needs to go by it
 */
export async function gatewayTo(
  sandbox: Pick<Sandbox, 'url' | 'clientId' | 'clientSecret'>,
  answer: (request: Received, forward: Forward) => Promise<Passing>,
): Promise<Pick<Sandbox, 'url' | 'clientId' | 'clientSecret'> & { readonly received: Received[] }> {
  const { url, received } = await serveHttp((request, response) => {
    const forward: Forward = (changed) => passOn(sandbox.url, { ...request, ...changed });
    answer(request, forward).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.destroy(),
    );
  });
  return { url, received, clientId: sandbox.clientId, clientSecret: sandbox.clientSecret };
}

async function passOn(url: string, { method, path, headers, body }: Received): Promise<Passing> {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name));
  const response = await fetch(`${url}${path}`, {
    method,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    body: method === 'GET' ? null : body,
    redirect: 'manual',
  });
  const type = response.headers.get('content-type');
  return {
    status: response.status,
    headers: type === null ? {} : { 'content-type': type },
    body: await response.text(),
  };
}

const HOP_BY_HOP: ReadonlySet<string> = new Set(['host', 'connection', 'content-length']);
