import { expect, it } from 'vitest';
import renew from '../../../jobs/renew-appliance-plan.js';
import type { BillingContactId, PlanId, SerialNumber } from '../../../src/common/ids.js';
import { success } from '../../support/envelope.js';
import { useNock } from '../../support/nock-portal.js';
import { LARGEST_ID, openPortal, TOKEN_PATH, tokenAnswer } from '../../support/open-portal.js';

const portalAt = useNock();
const SN = '369471667338';

const withToken = () => portalAt().post(TOKEN_PATH).reply(200, tokenAnswer('token-1'));

it('a price is asked for with the order’s fields, and the pricing id in place of the plan’s', async () => {
  withToken();
  // Compared as text: a parsed number would not be exact.
  const asked =
    `{"operationType":"renew_plan","productId":11,"productNo":"${SN}","serviceList":[{"serviceType":"plan",` +
    `"purchaseType":"renew","billingModel":"recurring","billingCycle":"monthly","multiCycle":0,"pricingId":${LARGEST_ID}}]}`;
  portalAt()
    .post('/pricing/openapi/purchase/v1/pricing/calculate', asked)
    .reply(200, success({ finalPrice: 9, currencyCode: 'USD' }));
  const { portal } = openPortal();
  const order = renew.order({
    serialNumber: SN as SerialNumber,
    planId: '7' as PlanId,
    billingContactId: '8' as BillingContactId,
    billingCycle: 'monthly',
    multiCycle: 0,
  });
  expect(await portal.finalPrice(order, LARGEST_ID)).toEqual({ found: { amount: '9', currency: 'USD' } });
});

it('PBXs and list prices are asked for by product, page and cycle', async () => {
  withToken();
  portalAt()
    .get('/product/openapi/instance_product/v1/client/instance_product_list')
    .query({ productId: '9', pageNo: '2', pageSize: '100' })
    .reply(200, success({ results: [{ productNo: SN }], total: 101 }));
  portalAt()
    .get('/pricing/openapi/purchase/v1/my_price_info')
    .query({ productId: '9', billingCycle: 'annually' })
    .reply(200, success({ planList: [{ planId: '7', price: 5 }] }));
  portalAt()
    .get('/product/openapi/instance_product/v1/detail')
    .query({ productNo: SN, productId: '9' })
    .reply(200, success({ productNo: SN, currentPlan: '' }));
  const { portal } = openPortal();
  expect(await portal.pbxPage(9, 2)).toMatchObject({ pbxs: [{ serialNumber: SN }], count: 1, total: 101 });
  expect(await portal.listPrices(9, 'annually')).toEqual({
    found: new Map([['7', { amount: '5', currency: undefined }]]),
  });
  expect(await portal.pbx(9, SN)).toMatchObject({ serialNumber: SN });
});
