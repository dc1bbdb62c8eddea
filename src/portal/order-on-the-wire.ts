import { Problem } from '../common/errors.js';
import type { Secrets } from '../common/secrets.js';
import type { OrderBody } from '../job/define.js';
import { bareNumber } from './json.js';
import type { Outcome } from './outcome.js';
import { nameToKeep, toKeep } from './said.js';

/** The body as it leaves: field for field the tutorial's, IDs as bare 64-bit numbers. */
export const wireBody = (body: OrderBody): unknown => ({
  ...body,
  billingId: bareNumber(body.billingId),
  serviceList: body.serviceList.map((service) => ({ ...service, serviceId: bareNumber(service.serviceId) })),
});

/** An order for which no token could be had was never sent. */
export function withoutToken(error: unknown): Outcome {
  if (!(error instanceof Problem)) throw error;
  const said = { code: error.code, message: error.message };
  return error.code === 'access_refused'
    ? { kind: 'turned-away', why: 'token', ...said }
    : { kind: 'never-sent', ...said };
}

/**
 * A portal, or what stands in its place, may repeat the token or the secret in what it says of an order. The order's
 * number stays as it is: it is what the order is found by.
 */
export function withoutSecrets(outcome: Outcome, secrets: Secrets): Outcome {
  if (outcome.kind !== 'placed') return { ...outcome, ...toKeep(outcome, secrets) };
  const { orderNo, ...rest } = outcome.order;
  const named = <T extends object>(fields: T): T =>
    Object.fromEntries(Object.entries(fields).map(([key, text]) => [key, nameToKeep(text, secrets)])) as T;
  const requestId = outcome.requestId === undefined ? {} : named({ requestId: outcome.requestId });
  return { kind: 'placed', order: { orderNo, ...named(rest) }, ...requestId };
}
