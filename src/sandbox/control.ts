import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { refusal } from './envelope.js';
import { FAULT_KINDS, FAULT_TARGETS } from './faults.js';
import { send } from './misbehave.js';
import type { Sandbox } from './options.js';
import type { Orders } from './orders.js';

/** JSON texts are joined for so many orders at a time: one string for a million of them would be too long. */
const PORTION = 1000;

const rules = z.array(
  z.strictObject({
    kind: z.enum(FAULT_KINDS),
    share: z.number().min(0).max(1),
    when: z.enum(['before', 'after']).optional(),
    on: z.enum(FAULT_TARGETS).optional(),
    ms: z.number().min(0).optional(),
    times: z.int().min(1).optional(),
  }),
);
const rate = z.strictObject({ perSecond: z.number().positive().nullish() });
const access = z.strictObject({ kind: z.enum(['none', 'secret', 'ip', 'permission']) });
const orderStatus = z.strictObject({ orderNo: z.string(), status: z.string().min(1) });

/** The sandbox's own endpoints, for tests that run it as a child process; no part of the portal. */
export function addControl(app: FastifyInstance, sandbox: Sandbox, orders: Orders): void {
  app.get('/sandbox/truth', (_request, reply) =>
    reply.type('application/json').send(Readable.from(truthText(orders), { objectMode: false })),
  );
  app.get('/sandbox/stats', (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(sandbox.stats())),
  );
  const put = <Body>(path: string, schema: z.ZodType<Body>, apply: (body: Body) => void): void => {
    app.put(path, (request, reply) => act(request.body, reply, schema, apply));
  };
  put('/sandbox/faults', rules, (body) => sandbox.setFaults(body));
  put('/sandbox/rate', rate, (body) => sandbox.setRate(body.perSecond ?? undefined));
  put('/sandbox/access', access, (body) => sandbox.breakAccess(body.kind));
  put('/sandbox/order-status', orderStatus, (body) => sandbox.setOrderStatus(body.orderNo, body.status));
}

function act<Body>(
  body: unknown,
  reply: FastifyReply,
  schema: z.ZodType<Body>,
  apply: (body: Body) => void,
): FastifyReply {
  try {
    apply(schema.parse(JSON.parse(String(body))));
  } catch (error) {
    return send(reply, refusal(400, 'wrong_control', error instanceof Error ? error.message : String(error)));
  }
  return reply.code(204).send();
}

function* truthText(orders: Orders): Generator<string> {
  let portion = '[';
  for (let index = 0; index < orders.count(); index++) {
    portion += `${index === 0 ? '' : ','}${JSON.stringify(orders.at(index))}`;
    if ((index + 1) % PORTION > 0) continue;
    yield portion;
    portion = '';
  }
  yield `${portion}]`;
}
