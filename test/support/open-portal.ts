import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { BillingContactId, PlanId, SerialNumber } from '../../src/common/ids.js';
import { createSecrets } from '../../src/common/secrets.js';
import type { OrderBody } from '../../src/job/define.js';
import { createPortal, type Portal, type PortalOptions } from '../../src/portal/portal.js';
import type { RequestEvent } from '../../src/portal/transport.js';
import { success } from './envelope.js';
import { nodeHttpCarrier } from './node-http-carrier.js';
import { type OpenGate, openGate } from './open-gate.js';
import { type VirtualClock, virtualClock } from './virtual-clock.js';

/** Where the portal stands in tests without a real server. */
export const PORTAL = 'https://portal.test';
export const TOKEN_PATH = '/auth/openapi/v1/oauth/token';
export const SAVE_PATH = '/order/openapi/order/v1/save';
export const PAGE_PATH = '/order/openapi/order/v1/page';
export const DETAILS_PATH = '/order/openapi/order/v1/get/';
export const PLANS_PATH = '/pricing/openapi/purchase/v1/purchase_product_info';
export const CONTACTS_PATH = '/user/openapi/user/v1/client/billing_contact_list';

export const CLIENT_SECRET = 'client-secret-9f3a';

export interface OpenedPortal {
  readonly portal: Portal;
  readonly clock: VirtualClock;
  readonly events: RequestEvent[];
  readonly gate: OpenGate;
  readonly stopping: AbortController;
}

/** A client of a portal, with a clock that stands still and no wait between retries. Closed after the test. */
export function openPortal(options: Partial<PortalOptions> = {}): OpenedPortal {
  const clock = virtualClock(() => 0);
  const events: RequestEvent[] = [];
  const gate = openGate();
  const stopping = new AbortController();
  const portal = createPortal({
    baseUrl: PORTAL,
    credentials: { clientId: 'client-1', clientSecret: CLIENT_SECRET },
    timeoutMs: 5_000,
    clock,
    secrets: createSecrets(),
    carrier: nodeHttpCarrier(),
    gate,
    stopping: stopping.signal,
    observe: (event) => void events.push(event),
    ...options,
  });
  onTestFinished(portal.close);
  return { portal, clock, events, gate, stopping };
}

/** Moves the clock on for as long as the work waits for it. */
export async function movingOn<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let over = false;
  const settled = work.finally(() => {
    over = true;
  });
  settled.catch(() => undefined);
  for (; !over; await turn()) await clock.runUntil(clock.now() + 100);
  return settled;
}

/** The answer of the token endpoint. */
export const tokenAnswer = (token: string, more: Record<string, unknown> = {}): string =>
  success({ token, tokenHead: 'Bearer ', refreshToken: `refresh-${token}`, expiresIn: '1800', ...more });

export const LARGEST_ID = '9223372036854775807';

/** An order whose ids are the largest there can be. */
export const anOrder = (more: Partial<OrderBody> = {}): OrderBody => ({
  operationType: 'switch_plan',
  productId: 9,
  productNo: '369471667338' as SerialNumber,
  billingId: LARGEST_ID as BillingContactId,
  poNumber: 'JUNE-ABCDEFGHIJKLMNOP',
  serviceList: [
    {
      serviceType: 'plan',
      serviceId: LARGEST_ID as PlanId,
      purchaseType: 'switch',
      billingModel: 'recurring',
      billingCycle: 'annually',
      multiCycle: 1,
    },
  ],
  ...more,
});

/** The answer to an order that was placed. */
export const placedAnswer = (orderNo = 'O-1', productNo = '369471667338'): string =>
  success({ orderNo, orderStatus: 'succeed', transactionNo: 'T-1', instanceId: 'I-1', productNo });
