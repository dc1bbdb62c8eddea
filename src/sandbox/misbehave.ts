import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, htmlPage, refusal, success } from './envelope.js';
import type { FaultHit, FaultKind } from './faults.js';
import { orderNoAt } from './orders.js';

const HUGE_BYTES = 100 * 1024 * 1024;
/** Begins like an answer and never comes to its end: reading only the start must not pass for success. */
const HUGE_START = Buffer.from('{"code":"success","status":200,"result":{"orderNo":"');
const CHUNK = Buffer.alloc(64 * 1024, '7');

export interface Surroundings {
  readonly tooMany: () => Answer;
  /** The address that redirects point to. */
  readonly elsewhere: string;
  readonly revoke: (request: FastifyRequest) => void;
  /** An order that is not the one asked about, by its serial number, order number or id, if there is one. */
  readonly otherOrder: (asked: string) => { orderNo: string; productNo: string } | undefined;
}

/** Sends an answer as it is. */
export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).header('content-type', answer.contentType ?? 'application/json; charset=utf-8');
  if (answer.headers !== undefined) reply.headers(answer.headers);
  return reply.send(answer.body);
}

/** Goes wrong in the asked-for way; `answer` is what should have been said. */
export function misbehave(
  hit: FaultHit,
  answer: Answer,
  request: FastifyRequest,
  reply: FastifyReply,
  around: Surroundings,
): FastifyReply {
  switch (hit.kind) {
    case 'reset':
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return reply;
    case 'hang':
      // Nothing more: the client's patience, or closing the sandbox, ends the connection.
      return reply.hijack();
    case 'cut':
      return cut(answer, reply);
    case 'huge':
      return reply
        .code(200)
        .header('content-type', 'application/json; charset=utf-8')
        .send(Readable.from(chunks(), { objectMode: false }));
    case 'redirect':
      return send(reply, { ...htmlPage(302, 'Found'), headers: { location: around.elsewhere } });
    case 'wrong-sn':
      return send(reply, someoneElses(request, around));
    case 'expired-token':
      around.revoke(request);
      return send(reply, refusal(401, 'token_expired', 'The access token has expired.'));
    default:
      return send(reply, replacement(hit.kind, answer, around));
  }
}

function replacement(kind: FaultKind, answer: Answer, around: Surroundings): Answer {
  switch (kind) {
    case '429':
      return around.tooMany();
    case '401':
      return refusal(401, 'unauthorized', 'The access token is not valid.');
    case '401-html':
      return htmlPage(401, 'Authorization Required');
    case '403':
      return refusal(403, 'permission_denied', 'The client may not do this.');
    case '409':
      return refusal(409, 'duplicate_order', 'This order was placed already.');
    case '408':
      return refusal(408, 'request_timeout', 'The request took too long.');
    case '500':
      return refusal(500, 'internal_error', 'Something went wrong.');
    // What stands before a portal answers in its own words (assumption).
    case '502':
      return htmlPage(502, 'Bad Gateway');
    case '503':
      return htmlPage(503, 'Service Unavailable');
    case '504':
      return htmlPage(504, 'Gateway Timeout');
    case 'html':
      return htmlPage(200, 'Sign in');
    case 'wrong-types':
      return success({ orderNo: ['?'], orderStatus: 7, productNo: { no: 0 }, results: 'none', token: 1 });
    default:
      return answer;
  }
}

/** Promises the whole body, sends half of it and ends. */
function cut(answer: Answer, reply: FastifyReply): FastifyReply {
  const body = Buffer.from(answer.body);
  reply.hijack();
  reply.raw.writeHead(answer.status, {
    'content-type': answer.contentType ?? 'application/json; charset=utf-8',
    'content-length': body.length,
  });
  reply.raw.write(body.subarray(0, body.length >> 1), () => reply.raw.socket?.end());
  return reply;
}

function* chunks(): Generator<Buffer> {
  yield HUGE_START;
  for (let sent = HUGE_START.length; sent < HUGE_BYTES; sent += CHUNK.length) {
    yield CHUNK.subarray(0, HUGE_BYTES - sent);
  }
}

/**
 * A success about an order of another PBX. Whose answer it must not be is read from the request: an answer
 * given before the order was placed has no serial number, and details are asked for by the order's number or id.
 */
function someoneElses(request: FastifyRequest, around: Surroundings): Answer {
  const asked =
    /"productNo"\s*:\s*"([^"]*)"/.exec(String(request.body))?.[1] ??
    (request.params as { key?: string }).key ??
    '';
  const other = around.otherOrder(asked);
  return success({
    instanceId: '3148918999999999999',
    orderNo: other?.orderNo ?? orderNoAt(999_999_998),
    orderStatus: 'succeed',
    productNo: other?.productNo ?? 'SOMEBODYELSE1',
    transactionNo: 'TR999999999999',
  });
}
