import formbody from '@fastify/formbody';
import fastify, { type FastifyInstance } from 'fastify';
import { refusal } from './envelope.js';
import { send } from './misbehave.js';

/**
 * A server that answers in the vendor's envelope whatever happens.
 * @param now the portal's clock for the `Date` header
 */
export async function createServer(
  count: (name: string) => void,
  now: () => number,
): Promise<FastifyInstance> {
  const app = fastify({ logger: false, forceCloseConnections: true, exposeHeadRoutes: false });
  await app.register(formbody);
  // As text: the order's body keeps its digits, and what is not JSON gets the vendor's envelope.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (_request, reply, done) => {
    // On the raw answer: those that a fault sends past fastify have it, too.
    reply.raw.setHeader('date', new Date(now()).toUTCString());
    done();
  });
  app.setErrorHandler((error: { statusCode?: number; message?: string }, _request, reply) =>
    send(reply, refusal(error.statusCode ?? 500, 'internal_error', error.message ?? 'unknown')),
  );
  app.setNotFoundHandler((_request, reply) => {
    count('other');
    return send(reply, refusal(404, 'not_found', 'There is no such endpoint.'));
  });
  return app;
}
