import { planOf, productOf } from './catalog.js';
import { type Answer, invalidField, refusal, success } from './envelope.js';
import type { Order } from './order-body.js';
import type { Orders, PlacedOrder } from './orders.js';
import { createPages, type Query } from './page-answer.js';
import { refusedFor, type SandboxPbx } from './pbx-rules.js';
import { DEFAULT_SHAPE } from './portal-shape.js';

export interface Pbxs {
  readonly list: (query: Query) => Answer;
  readonly detail: (query: Query) => Answer;
  /** Whether the account has a PBX of the product with this serial number. */
  readonly has: (productNo: string, productId: string) => boolean;
  /** Why the portal would not take an order that is right in itself. */
  readonly refused: (order: Order) => Answer | undefined;
}

export interface PbxsOptions {
  readonly orders: Orders;
  /** The account's PBXs; `any`: every serial number is one, and none is listed. */
  readonly pbxs: readonly SandboxPbx[] | 'any';
  readonly isRefused: (productNo: string) => boolean;
  readonly maxPageSize: number;
}

export const noSuchPbx = (): Answer => refusal(400, 'product_not_found', 'There is no such PBX.');

/** The PBXs one owns. What the portal tells of them beside a few fields is an assumption. */
export function createPbxs({ orders, pbxs, isRefused, maxPageSize }: PbxsOptions): Pbxs {
  const keyOf = (productNo: string, productId: string): string => `${productId} ${productNo.toUpperCase()}`;
  const owned = new Map(
    (pbxs === 'any' ? [] : pbxs).map((pbx) => [keyOf(pbx.productNo, pbx.productId), pbx]),
  );
  // Only built up when somebody asks: a million orders need no second index as long as nobody does.
  const latest = new Map<string, number>();
  let read = 0;
  const latestOrder = (key: string): PlacedOrder | undefined => {
    for (; read < orders.count(); read++) {
      const order = orders.at(read);
      if (order !== undefined) latest.set(keyOf(order.productNo, order.productId), read);
    }
    return orders.at(latest.get(key) ?? -1);
  };

  const has = (productNo: string, productId: string): boolean =>
    !isRefused(productNo) && (pbxs === 'any' || owned.has(keyOf(productNo, productId)));

  /** A PBX with the plan that its last living order gave it. */
  const standing = (pbx: SandboxPbx): SandboxPbx => {
    const order = latestOrder(keyOf(pbx.productNo, pbx.productId));
    if (order?.orderStatus !== 'succeed') return pbx;
    const { planId, billingCycle, multiCycle } = order;
    return { ...pbx, planId, billingCycle, multiCycle };
  };

  const show = (pbx: SandboxPbx) => {
    const order = latestOrder(keyOf(pbx.productNo, pbx.productId));
    const { planId, billingCycle, multiCycle } = standing(pbx);
    // `currentPlan` is filled while the plan is being switched (developer guide).
    const switching = order?.orderStatus === 'pending';
    return {
      productId: pbx.productId,
      productNo: pbx.productNo,
      activationStatus: 'activated',
      activationCode: '',
      comment: '',
      createTime: order?.createTime ?? null,
      currentPlan: switching ? (planOf(order.planId)?.planName ?? '') : '',
      currentPlanExpireDate: null,
      subscription:
        planId === undefined ? null : { planName: planOf(planId)?.planName ?? '', billingCycle, multiCycle },
    };
  };

  const ofProduct = new Map<string, readonly SandboxPbx[]>();
  for (const pbx of owned.values())
    ofProduct.set(pbx.productId, [...(ofProduct.get(pbx.productId) ?? []), pbx]);
  const pages = (productId: string) => {
    const own = ofProduct.get(productId) ?? [];
    return createPages(
      { length: () => own.length, page: (start, size) => own.slice(start, start + size).map(show) },
      { ...DEFAULT_SHAPE, maxPageSize },
      () => 0,
    );
  };

  return {
    has,
    list: (query) => {
      const { productId } = query;
      return productOf(productId) === undefined
        ? invalidField('productId', 'oneof')
        : pages(String(productId))(query);
    },
    detail: ({ productNo, productId }) => {
      const product = productOf(productId);
      if (product === undefined) return invalidField('productId', 'oneof');
      if (typeof productNo !== 'string' || !/^[A-Za-z0-9]{1,64}$/.test(productNo)) {
        return invalidField('productNo', 'alphanum');
      }
      if (!has(productNo, product.productId)) return noSuchPbx();
      const { productId: id } = product;
      return success(show(owned.get(keyOf(productNo, id)) ?? { productNo, productId: id }));
    },
    refused: (order) => {
      const { productNo, productId = '9' } = order;
      if (!has(productNo, productId)) return noSuchPbx();
      const pbx = owned.get(keyOf(productNo, productId));
      return pbx === undefined ? undefined : refusedFor(order, standing(pbx));
    },
  };
}
