import { planOf, productOf, type SandboxContact } from './catalog.js';
import { type Answer, htmlPage, refusal, success } from './envelope.js';
import { createListing } from './listing.js';
import { createOrders, type Orders, type OrdersOptions, type PlacedOrder } from './orders.js';
import { createPages, type Query } from './page-answer.js';
import type { FailingDetails, PortalShape } from './portal-shape.js';
import { costOf, money } from './pricing.js';
import { hashOf } from './random.js';
import { shownReference, shownSerial, shownTime } from './shown.js';

/** The orders of a portal and how it shows them: all of it without a network. */
export interface OrderBook {
  readonly orders: Orders;
  /** `GET /order/openapi/order/v1/page` (developer guide). */
  readonly list: (query: Query) => Answer;
  /** `GET /order/openapi/order/v1/get/{id or orderNo}`: four sections (developer guide), their fields partly assumed. */
  readonly details: (key: string) => Answer;
  /** An order leaves the list; its details are still to be had. */
  readonly delist: (key: string) => void;
}

export interface BookOptions extends Omit<OrdersOptions, 'onKept'> {
  readonly shape: PortalShape;
  readonly contacts: readonly SandboxContact[];
}

export function createOrderBook({ shape, contacts, ...options }: BookOptions): OrderBook {
  const { seed, now } = options;
  const visibleAt = (index: number, placedAt: number): number =>
    placedAt + shape.listLagMs + Math.floor(hashOf(seed ^ 0x1a9, index) * (shape.listLagSpreadMs + 1));
  const orders = createOrders({
    ...options,
    onKept: (index, placedAt) => listing.add(index, visibleAt(index, placedAt)),
  });
  const listing = createListing({
    listOrder: shape.listOrder,
    window: shape.window,
    seed,
    now,
    placedAt: orders.placedAt,
  });
  const pages = createPages(
    {
      length: listing.length,
      page: (start, size) =>
        listing.page(start, size).flatMap((index) => listedItem(orders.at(index), shape) ?? []),
    },
    shape,
    now,
  );

  return {
    orders,
    list: (query) => {
      if (shape.listRefused === undefined) return pages(query);
      return shape.listRefused === 403
        ? refusal(403, 'permission_denied', 'The client may not list orders.')
        : refusal(404, 'not_found', 'There is no such endpoint.');
    },
    details: (key) => {
      const index = orders.find(key);
      const order = orders.at(index);
      if (order === undefined || visibleAt(index, orders.placedAt(index)) > now()) {
        return refusal(404, 'order_not_found', 'There is no such order.');
      }
      const failing = shape.failingDetails;
      if (failing !== undefined && fails(failing, order.foreign, hashOf(seed ^ 0xde7, index))) {
        return FAILED[failing.how]();
      }
      return success(detailsOf(order, shape, contacts));
    },
    delist: (key) => listing.remove(orders.find(key)),
  };
}

/** The result of a created order (developer guide). */
export const placedResult = (order: PlacedOrder) => ({
  instanceId: order.instanceId,
  orderNo: order.orderNo,
  orderStatus: order.orderStatus,
  productNo: order.productNo,
  transactionNo: order.transactionNo,
});

const fails = ({ share, foreignOnly }: FailingDetails, foreign: boolean, chance: number): boolean =>
  chance < share && (foreign || !foreignOnly);

const FAILED: Readonly<Record<FailingDetails['how'], () => Answer>> = {
  '500': () => refusal(500, 'internal_error', 'Something went wrong.'),
  '403': () => refusal(403, 'permission_denied', 'The client may not see this order.'),
  html: () => htmlPage(200, 'Sign in'),
  empty: () => success(null),
};

const listedItem = (order: PlacedOrder | undefined, shape: PortalShape) =>
  order && {
    id: order.id,
    orderNo: order.orderNo,
    orderStatus: order.orderStatus,
    // What is `undefined` is left out of the JSON text.
    createTime: shownTime(shape.createTime, order.createTime),
    customReferenceNo: shape.reference === 'list' ? reference(order, shape) : '',
    invoiceNo: '',
    currencyCode: 'USD',
    productNo: shownSerial(shape.listSerial, order.productNo, order.productId),
  };

function detailsOf(order: PlacedOrder, shape: PortalShape, contacts: readonly SandboxContact[]) {
  const contact = contacts.find(({ billingContactId }) => billingContactId === order.billingId);
  return {
    basicInformation: {
      productId: order.productId,
      productName: productOf(order.productId)?.name,
      productNo: shownSerial(shape.detailsSerial, order.productNo, order.productId),
      instanceId: order.instanceId,
    },
    billingInformation: { ...contact },
    orderInformation: {
      id: order.id,
      orderNo: order.orderNo,
      orderStatus: order.orderStatus,
      createTime: shownTime(shape.createTime, order.createTime),
      customReferenceNo: shape.reference === 'nowhere' ? '' : reference(order, shape),
      transactionNo: order.transactionNo,
    },
    orderSummary: {
      currencyCode: 'USD',
      ...(shape.prices === 'details' ? { totalAmount: amountOf(order) } : {}),
      serviceList: [
        {
          serviceType: 'plan',
          serviceId: order.planId,
          billingCycle: order.billingCycle,
          multiCycle: order.multiCycle,
        },
      ],
    },
  };
}

/** What it cost; that the details tell it, and how, is an assumption. */
function amountOf({ planId, billingCycle, multiCycle }: PlacedOrder): string | undefined {
  const plan = planOf(planId);
  return plan === undefined ? undefined : money(costOf(plan, billingCycle, multiCycle));
}

// That `poNumber` comes back under this name is an assumption.
const reference = (order: PlacedOrder, shape: PortalShape): string =>
  order.poNumber === undefined ? '' : shownReference(shape.referenceForm, order.poNumber);
