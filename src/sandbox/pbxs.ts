import { PRODUCT_ID } from './catalog.js';
import { type Answer, invalidField, refusal, success } from './envelope.js';
import type { Orders } from './orders.js';
import { createPages, type Query } from './page-answer.js';
import { DEFAULT_SHAPE } from './portal-shape.js';

export interface Pbxs {
  readonly list: (query: Query) => Answer;
  readonly detail: (query: Query) => Answer;
}

/**
 * The PBXs one owns: which they are is an assumption. The list has those that were ordered for; the details
 * know every serial number that is not refused.
 */
export function createPbxs(
  orders: Orders,
  planNames: ReadonlyMap<string, string>,
  isRefused: (productNo: string) => boolean,
  maxPageSize: number,
): Pbxs {
  // Only built up when somebody asks: a million orders need no second index as long as nobody does.
  const serials: string[] = [];
  const latest = new Map<string, number>();
  let read = 0;
  const catchUp = (): void => {
    for (; read < orders.count(); read++) {
      const order = orders.at(read);
      if (order?.productId !== PRODUCT_ID) continue;
      const serial = order.productNo.toUpperCase();
      if (!latest.has(serial)) serials.push(serial);
      latest.set(serial, read);
    }
  };

  const show = (serial: string) => {
    const order = orders.at(latest.get(serial.toUpperCase()) ?? -1);
    // `currentPlan` is filled while the plan is being switched (developer guide).
    const switching = order?.orderStatus === 'pending';
    return {
      productId: PRODUCT_ID,
      productNo: order?.productNo ?? serial,
      activationStatus: 'activated',
      comment: '',
      createTime: order?.createTime ?? null,
      currentPlan: switching ? (planNames.get(order.planId) ?? '') : '',
      currentPlanExpireDate: null,
    };
  };

  const pages = createPages(
    {
      length: () => serials.length,
      page: (start, size) => serials.slice(start, start + size).map(show),
    },
    { ...DEFAULT_SHAPE, maxPageSize },
    () => 0,
  );

  return {
    list: (query) => {
      if (query['productId'] !== PRODUCT_ID) return invalidField('productId', 'oneof');
      catchUp();
      return pages(query);
    },
    detail: (query) => {
      const productNo = query['productNo'];
      if (query['productId'] !== PRODUCT_ID) return invalidField('productId', 'oneof');
      if (typeof productNo !== 'string' || !/^[A-Za-z0-9]{1,64}$/.test(productNo)) {
        return invalidField('productNo', 'alphanum');
      }
      if (isRefused(productNo)) return refusal(400, 'product_not_found', 'There is no such PBX.');
      catchUp();
      return success(show(productNo));
    },
  };
}
