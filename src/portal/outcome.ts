import { z } from 'zod';
import type { OrderNo, SerialNumber } from '../common/ids.js';
import { type Envelope, readEnvelope } from './envelope.js';
import { optionalText, text } from './json.js';
import type { Said } from './said.js';

/** What came back from a request: an answer, or the way in which none came. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfterMs?: number;
      readonly body: string;
    }
  | {
      readonly kind: 'no-answer';
      /** The system's or the HTTP library's name of the failure, such as `ECONNRESET`. */
      readonly code: string;
      readonly message: string;
      /** True only if it is proven that no byte of the request left: no connection was ever made. */
      readonly neverSent: boolean;
    };

export interface PlacedOrder {
  readonly orderNo: OrderNo;
  readonly orderStatus?: string;
  readonly transactionNo?: string;
  readonly instanceId?: string;
}

/** The closed set of what a reply to an order proves. docs/architecture.md shows what follows each. */
export type Outcome =
  | { readonly kind: 'placed'; readonly order: PlacedOrder; readonly requestId?: string }
  | ({ readonly kind: 'refused'; readonly forbidden: boolean; readonly conflict: boolean } & Said)
  | ({ readonly kind: 'never-sent' } & Said)
  | ({ readonly kind: 'turned-away'; readonly why: 'token' | 'rate'; readonly retryAfterMs?: number } & Said)
  /** `overloaded`: a 503, which is also how gateways say "slower". */
  | ({ readonly kind: 'unknown'; readonly retryAfterMs?: number; readonly overloaded?: true } & Said);

/** HTTP statuses that are a refusal if the portal's envelope comes with them. */
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 404, 409, 422]);

/** Error names that speak of the portal and not of the order (assumption: the names are not documented). */
const SERVER_FAULT =
  /internal|timeout|timed_?out|unavailable|gateway|system|server_?error|exception|unknown|unexpected|busy/i;

const placedSchema = z.object({
  orderNo: text.pipe(z.string().trim().min(1).max(100)),
  orderStatus: optionalText,
  transactionNo: optionalText,
  instanceId: optionalText,
  productNo: optionalText,
});

/**
 * What a reply to `POST /order/openapi/order/v1/save` proves about the order. Pure; when in doubt it is
 * `unknown`: only an answer that proves that nothing was placed may be followed by another send unseen.
 */
export function judge(reply: Reply, serialNumber: SerialNumber): Outcome {
  if (reply.kind === 'no-answer') {
    const kind = reply.neverSent ? 'never-sent' : 'unknown';
    return { kind, code: reply.code, message: reply.message };
  }
  const envelope = readEnvelope(reply.body);
  const status = worseOf(reply.status, envelope?.status);
  const said = describe(reply.status, envelope);
  const retryAfter = reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs };

  // Success with any other status proves nothing either way, and least of all that nothing was placed.
  if (envelope?.success && status >= 300) return contradiction(said);
  // A 401 that is a gateway's page proves nothing: it may come after the portal had placed the order.
  if (status === 401 && envelope !== undefined) return { kind: 'turned-away', why: 'token', ...said };
  if (status === 429) return { kind: 'turned-away', why: 'rate', ...retryAfter, ...said };
  if (status === 503) return { kind: 'unknown', overloaded: true, ...retryAfter, ...said };
  if (status === 408 || status >= 500) return { kind: 'unknown', ...retryAfter, ...said };
  if (envelope?.success) return judgeSuccess(envelope, serialNumber);
  // Without the envelope it may be a gateway's page, sent after the portal had placed the order.
  if (envelope !== undefined && REFUSALS.has(status))
    return { kind: 'refused', forbidden: status === 403, conflict: isConflict(status, envelope), ...said };
  // A fault of the portal's own, told with status 200, may come after the order was placed.
  if (envelope !== undefined && reply.status < 300 && SERVER_FAULT.test(envelope.code)) {
    return { kind: 'unknown', ...said };
  }
  if (envelope !== undefined && (reply.status < 300 || reply.status >= 400)) {
    return { kind: 'refused', forbidden: false, conflict: isConflict(status, envelope), ...said };
  }
  return { kind: 'unknown', ...said, code: 'foreign_answer' };
}

/** "It exists already" may speak of this very order: a gateway may have sent it twice (the name is an assumption). */
const isConflict = (status: number, { code }: Envelope): boolean => status === 409 || /duplicat/i.test(code);

/**
 * The envelope repeats the HTTP status. Where a gateway rewrote one of the two, the one that proves less
 * counts: a server's error, then any error, then success.
 */
export function worseOf(http: number, repeated: number | undefined): number {
  if (repeated === undefined || repeated < 100 || repeated > 599) return http;
  const provesNothing = (status: number): boolean => status === 408 || status >= 500;
  if (provesNothing(http)) return http;
  return provesNothing(repeated) || http < 300 ? repeated : http;
}

function judgeSuccess(envelope: Envelope, serialNumber: SerialNumber): Outcome {
  const requestId = envelope.requestId === undefined ? {} : { requestId: envelope.requestId };
  const placed = placedSchema.safeParse(envelope.result);
  if (!placed.success) {
    return {
      kind: 'unknown',
      code: 'no_order_number',
      message: 'the answer says success but has no order number',
      ...requestId,
    };
  }
  const { orderNo, orderStatus, transactionNo, instanceId, productNo } = placed.data;
  if (productNo !== undefined && productNo.trim().toUpperCase() !== serialNumber.toUpperCase()) {
    return {
      kind: 'unknown',
      code: 'answer_for_another_sn',
      message: `the answer is about ${productNo}`,
      ...requestId,
    };
  }
  return {
    kind: 'placed',
    order: {
      orderNo: orderNo as OrderNo,
      ...(orderStatus === undefined ? {} : { orderStatus: orderStatus.trim().toLowerCase() }),
      ...(transactionNo === undefined ? {} : { transactionNo }),
      ...(instanceId === undefined ? {} : { instanceId }),
    },
    ...requestId,
  };
}

const contradiction = (said: Said): Outcome => ({ kind: 'unknown', ...said, code: 'contradictory_answer' });

function describe(status: number, envelope: Envelope | undefined): Said {
  if (envelope === undefined) {
    return { code: `http_${status}`, message: `HTTP ${status} without the portal's usual answer` };
  }
  return {
    code: envelope.success ? `http_${status}` : envelope.code,
    message: envelope.detailMessage ?? `HTTP ${status}, ${envelope.code}`,
    ...(envelope.requestId === undefined ? {} : { requestId: envelope.requestId }),
  };
}

/** What an order's status means for its row. An unknown status is not final (assumption: more exist). */
export type OrderFate = 'succeeded' | 'pending' | 'dead';

const DEAD: ReadonlySet<string> = new Set(['failed', 'invalid', 'cancelled', 'canceled', 'refunded']);

/** `orderStatus` as documented in the developer guide; absent counts as succeeded in a success envelope. */
export function fateOf(orderStatus: string | undefined): OrderFate {
  const status = orderStatus?.trim().toLowerCase();
  if (status === undefined || status === 'succeed') return 'succeeded';
  return DEAD.has(status) ? 'dead' : 'pending';
}
