import { Problem } from '../common/errors.js';
import type { OrderNo } from '../common/ids.js';
import type { OrderBody } from '../job/define.js';
import { hasEnvelope, resultOf as readResult, statusOf } from './answers.js';
import { createAsker } from './ask.js';
import { type BillingContact, type Plan, readBillingContacts, readPlans } from './catalog.js';
import { toJson } from './json.js';
import { areOf, type OrderDetails, readOrderDetails } from './order-details.js';
import { type OrderPage, readOrderPage } from './order-list.js';
import { wireBody, withoutSecrets, withoutToken } from './order-on-the-wire.js';
import { judge, type Outcome, type Reply } from './outcome.js';
import { createPortalClock, type PortalClock } from './portal-clock.js';
import { createQuestions, type Questions } from './questions.js';
import { type TokenOptions, tokensOf } from './tokens-of.js';
import { createTransport, type TransportOptions } from './transport.js';

/** The Partner Portal, as far as this program uses it. Asking is retried; an order is sent exactly once. */
export interface Portal extends Questions {
  /** The plans of a product; with a serial number if the portal needs one (developer guide). */
  readonly plans: (productId: number, firstSerialNumber: string | undefined) => Promise<Plan[]>;
  readonly billingContacts: () => Promise<BillingContact[]>;
  /**
   * One send, over by the deadline (monotonic ms). Never throws for what the portal or the network does.
   * @param leaves called when the first byte leaves; if it answers false the order does not leave
   */
  readonly placeOrder: (body: OrderBody, deadlineAt: number, leaves?: () => boolean) => Promise<Outcome>;
  /** `undefined`: the portal does not know the order; `unreadable`: what it answers speaks of no or another one. */
  readonly orderDetails: (orderNo: OrderNo) => Promise<OrderDetails | 'unreadable' | undefined>;
  /** @param size orders on a page; absent: as many as the portal gives */
  readonly orderPage: (pageNo: number, size?: number) => Promise<OrderPage>;
  /** One small request, not retried; true when the portal answers at all. */
  readonly probe: () => Promise<boolean>;
  /** Asks for something that needs a token; throws `access_refused` if the access is lost. */
  readonly checkAccess: () => Promise<void>;
  readonly clock: PortalClock;
  readonly close: () => void;
}

export type PortalOptions = Omit<TransportOptions, 'onDate'> & TokenOptions;

const PLANS = '/pricing/openapi/purchase/v1/purchase_product_info';
const CONTACTS = '/user/openapi/user/v1/client/billing_contact_list';
const SAVE = '/order/openapi/order/v1/save';
const PAGE = '/order/openapi/order/v1/page';
const DETAILS = '/order/openapi/order/v1/get/';

/** Orders asked for on a page of the list. The largest allowed is not documented: 25 is the example's. */
const PAGE_SIZES = ['100', '25'] as const;

/** Before a list that was refused is taken for one that is never shown, ms. */
const LIST_PAUSE_MS = 1_000;

/** How often details that speak of no order, or of another one, are asked for. */
const DETAILS_TRIES = 3;

export function createPortal(options: PortalOptions): Portal {
  const portalClock = createPortalClock();
  const transport = createTransport({ ...options, onDate: portalClock.observe });
  const { secrets } = options;
  const tokens = tokensOf(options, transport);
  const accessRemedy = 'accessToken' in options.credentials ? TOKEN_ENDED : undefined;
  const resultOf = (reply: Reply, what: string): unknown => readResult(reply, what, secrets, accessRemedy);
  let pageSize: (typeof PAGE_SIZES)[number] = PAGE_SIZES[0];

  const ask = createAsker(transport, tokens, options);
  const get = (path: string, query: Record<string, string> = {}): Promise<Reply> => ask({ path, query });

  const checkAccess = async (): Promise<void> => void resultOf(await get(CONTACTS), 'the billing contacts');

  const orderPage = async (pageNo: number, size?: number): Promise<OrderPage> => {
    const what = 'the list of orders';
    const asked = size === undefined ? pageSize : String(size);
    let reply = await get(PAGE, { pageNo: String(pageNo), pageSize: asked });
    const told = statusOf(reply);
    if ((told === 400 || told === 422) && pageNo === 1) {
      pageSize = PAGE_SIZES[1];
      reply = await get(PAGE, { pageNo: String(pageNo), pageSize });
    }
    // The portal's own word that there is no such page: the list ended before it.
    if (told === 404 && pageNo > 1 && hasEnvelope(reply)) return { orders: [], count: 0 };
    if (pageNo === 1 && (told === 403 || told === 404)) {
      // Access as a whole may be lost, and then this says so.
      await checkAccess();
      // One refusal may pass.
      await options.clock.sleep(LIST_PAUSE_MS, options.stopping);
      reply = await get(PAGE, { pageNo: String(pageNo), pageSize: asked });
      const again = statusOf(reply);
      if (again === 403 || again === 404) throw listRefused(again);
    }
    const page = readOrderPage(resultOf(reply, what), pageNo);
    if (page === undefined)
      throw new Problem('foreign_answer', `The answer to ${what} is not a list of orders.`);
    return page;
  };

  return {
    ...createQuestions({ ask, resultOf, scrub: secrets.scrub }),
    clock: portalClock,
    orderPage,
    close: transport.close,

    plans: async (productId, firstSerialNumber) => {
      const query = { productId: String(productId) };
      const what = 'the plans';
      try {
        const plans = readPlans(resultOf(await get(PLANS, query), what));
        if (plans.length > 0 || firstSerialNumber === undefined) return plans;
      } catch (error) {
        if (!(error instanceof Problem && error.code === 'portal_refused') || firstSerialNumber === undefined)
          throw error;
      }
      return readPlans(resultOf(await get(PLANS, { ...query, productNo: firstSerialNumber }), what));
    },

    billingContacts: async () => readBillingContacts(resultOf(await get(CONTACTS), 'the billing contacts')),

    placeOrder: async (body, deadlineAt, leaves) => {
      let token: string;
      try {
        token = await tokens.get('once');
      } catch (error) {
        return withoutToken(error);
      }
      const reply = await transport.sendOnce(
        { path: SAVE, token, contentType: 'application/json', body: toJson(wireBody(body)), leaves },
        deadlineAt,
      );
      const outcome = withoutSecrets(judge(reply, body.productNo), secrets);
      if (outcome.kind === 'turned-away' && outcome.why === 'token') tokens.reject(token);
      return outcome;
    },

    orderDetails: async (orderNo) => {
      for (let attempt = 1; attempt <= DETAILS_TRIES; attempt++) {
        const reply = await get(`${DETAILS}${encodeURIComponent(orderNo)}`);
        if (reply.kind === 'answer' && reply.status === 404) return undefined;
        try {
          const details = readOrderDetails(resultOf(reply, `order ${orderNo}`));
          if (areOf(orderNo, details)) return details;
        } catch (error) {
          if (error instanceof Problem && error.code === 'portal_refused') return undefined;
          throw error;
        }
      }
      return 'unreadable';
    },

    probe: async () => {
      const deadlineAt = options.clock.monotonic() + options.timeoutMs;
      try {
        const token = await tokens.get('once');
        const reply = await transport.sendOnce(
          { path: PAGE, query: { pageNo: '1', pageSize: '1' }, token },
          deadlineAt,
        );
        if (reply.kind === 'answer' && reply.status === 401) tokens.reject(token);
        return reply.kind === 'answer' && reply.status < 500 && reply.status !== 408;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        // A refusal is an answer: the next order will meet it and say so.
        return error.code !== 'portal_unreachable';
      }
    },

    checkAccess,
  };
}

const TOKEN_ENDED =
  'The token in YEASTAR_ACCESS_TOKEN may have ended: one lives 30 minutes and is not renewed. Set a new one and run ' +
  'the same command again. If it is new, check its permissions and the allowed IP addresses in the Partner Portal.';

const listRefused = (status: number): Problem =>
  new Problem('order_list_refused', `The portal does not let its orders be listed (HTTP ${status}).`, {
    remedy:
      "Nothing was sent: earlier orders for these PBXs could not be seen. Check the client's permissions in the " +
      'Partner Portal. To go on without the list use --without-order-list: recent orders are then not recognised, ' +
      'and rows whose answer is lost stay in doubt.',
  });
