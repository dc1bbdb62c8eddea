import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Answer, refusal, success } from './envelope.js';
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
const clock = z.strictObject({ stepMs: z.number() });
const foreignOrder = z.strictObject({
  productNo: z.string().min(1).exactOptional(),
  poNumber: z.string().min(1).exactOptional(),
  productId: z.string().min(1).exactOptional(),
  planId: z.string().min(1).exactOptional(),
  ageMs: z.number().min(0).exactOptional(),
});

/** The sandbox's own endpoints, for tests that run it as a child process; no part of the portal. */
export function addControl(app: FastifyInstance, sandbox: Sandbox, orders: Orders): void {
  app.get('/sandbox/truth', (_request, reply) =>
    reply.type('application/json').send(Readable.from(truthText(orders), { objectMode: false })),
  );
  app.get('/sandbox/stats', (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(sandbox.stats())),
  );
  const put = <Body>(path: string, schema: z.ZodType<Body>, apply: (body: Body) => void): void => {
    app.put(path, (request, reply) => {
      act(request.body, reply, schema, (body) => {
        apply(body);
        return undefined;
      });
    });
  };
  put('/sandbox/faults', rules, (body) => sandbox.setFaults(body));
  put('/sandbox/rate', rate, (body) => sandbox.setRate(body.perSecond ?? undefined));
  put('/sandbox/access', access, (body) => sandbox.breakAccess(body.kind));
  put('/sandbox/order-status', orderStatus, (body) => sandbox.setOrderStatus(body.orderNo, body.status));
  put('/sandbox/clock', clock, (body) => sandbox.stepClock(body.stepMs));
  app.post('/sandbox/foreign-order', (request, reply) =>
    act(request.body, reply, foreignOrder, (body) => success(sandbox.placeForeign(body))),
  );
}

function act<Body>(
  body: unknown,
  reply: FastifyReply,
  schema: z.ZodType<Body>,
  apply: (body: Body) => Answer | undefined,
): FastifyReply {
  let answer: Answer | undefined;
  try {
    answer = apply(schema.parse(JSON.parse(String(body))));
  } catch (error) {
    return send(reply, refusal(400, 'wrong_control', error instanceof Error ? error.message : String(error)));
  }
  return answer === undefined ? reply.code(204).send() : send(reply, answer);
}

function* truthText(orders: Orders): Generator<string> {
  let portion = '[';
  let told = 0;
  for (let index = 0; index < orders.count(); index++) {
    const order = orders.at(index);
    if (order === undefined || order.foreign) continue;
    portion += `${told++ === 0 ? '' : ','}${JSON.stringify(order)}`;
    if (told % PORTION > 0) continue;
    yield portion;
    portion = '';
  }
  yield `${portion}]`;
}
