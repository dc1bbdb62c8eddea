import { describe, expect, it } from 'vitest';
import { sandboxForTest } from '../../support/sandbox.js';
import { ADA, ask, BO, clientOf, DETAILS, LIST, orderJson, PLANS, PRO } from './support.js';

const replace =
  (from: string, to: string) =>
  (json: string): string => {
    expect(json).toContain(from);
    return json.replace(from, to);
  };

describe('an order', () => {
  it('is placed with every digit of its 64-bit ids', async () => {
    const sandbox = await sandboxForTest();
    const client = await clientOf(sandbox);
    const reply = await client.order('3631E3418911', replace(ADA, BO));
    expect(reply).toMatchObject({
      status: 200,
      code: 'success',
      result: { productNo: '3631E3418911', orderStatus: 'succeed' },
    });
    expect(sandbox.truth()).toEqual([
      expect.objectContaining({
        ...reply.result,
        billingId: BO,
        planId: PRO,
        multiCycle: 1,
        poNumber: 'B-3631E3418911',
      }),
    ]);
    const id = sandbox.truth()[0]?.id ?? '';
    expect(BigInt(id)).toBeGreaterThan(2n ** 53n);
    expect((await client.get(`${DETAILS}/${id}`)).result.basicInformation.productNo).toBe('3631E3418911');
  });

  it('is placed without poNumber, and twice for the same PBX', async () => {
    const sandbox = await sandboxForTest();
    const client = await clientOf(sandbox);
    for (let time = 0; time < 2; time++) await client.order('A1', replace('"poNumber":"B-A1",', ''));
    expect(sandbox.truth().map(({ productNo, poNumber }) => [productNo, poNumber])).toEqual([
      ['A1', undefined],
      ['A1', undefined],
    ]);
  });

  it.each([
    ['a rounded billingId', ADA, '3048918719332507600'],
    ['a billingId one off', ADA, '3048918719332507649'],
    ['a billingId as a string', ADA, `"${ADA}"`],
    ['a rounded serviceId', PRO, '3048918719332507600'],
    ['a serviceId as a string', PRO, `"${PRO}"`],
    ['a billingId with a fraction', ADA, `${ADA}.0`],
    ['an operation that the product has no tutorial for', 'switch_plan', 'renew_plan'],
    ['an unknown operation', 'switch_plan', 'trial_plan'],
    ['another operation than its purchase type', 'switch_plan', 'purchase_plan'],
    ["another product's plan", PRO, '3048558946648207360'],
    ['another product', '"productId":9', '"productId":11'],
    ['a product as a string', '"productId":9', '"productId":"9"'],
    ['a serial number with a dash', '"A1"', '"A-1"'],
    ['a serial number as a number', '"A1"', '1'],
    ['another service type', '"plan"', '"service"'],
    ['another purchase type', '"switch"', '"purchase"'],
    ['another billing model', '"recurring"', '"once"'],
    ['another billing cycle', '"annually"', '"monthly"'],
    ['no cycle', '"multiCycle":1', '"multiCycle":0'],
    ['too many cycles', '"multiCycle":1', '"multiCycle":6'],
    ['a cycle as a string', '"multiCycle":1', '"multiCycle":"1"'],
    ['an empty poNumber', '"B-A1"', '""'],
    ['a long poNumber', '"B-A1"', `"${'x'.repeat(65)}"`],
    ['a poNumber that is null', '"B-A1"', 'null'],
    ['an unknown field', '"productId"', '"extra":1,"productId"'],
    ['an unknown field of a service', '"multiCycle"', '"extra":1,"multiCycle"'],
    ['a missing field', '"productId":9,', ''],
    ['two services', '"serviceList":[', '"serviceList":[{},'],
    ['no object', '{"operationType"', '[{"operationType"'],
  ])('is refused with %s', async (_name, from, to) => {
    const sandbox = await sandboxForTest();
    const client = await clientOf(sandbox);
    const reply = await client.order('A1', replace(from, to));
    expect(reply.status).toBe(400);
    expect(reply.code).toMatch(/^(parameter_validation_failed|invalid_json)$/);
    expect(JSON.parse(reply.text)).toEqual({
      code: reply.code,
      detailMessage: expect.any(String),
      requestId: expect.any(String),
      result: reply.result,
      status: 400,
    });
    expect(sandbox.truth()).toEqual([]);
  });

  it('is refused for a PBX that the portal does not know', async () => {
    const sandbox = await sandboxForTest({ refuse: ['ab12'] });
    const client = await clientOf(sandbox);
    expect(await client.order('AB12')).toMatchObject({ status: 400, code: 'product_not_found' });
    expect(sandbox.truth()).toEqual([]);
  });

  it.each([
    ['another user agent', { 'User-Agent': 'curl/8' }, 400],
    ['another scheme', { Authorization: 'Basic YTpi' }, 401],
    ['an unknown token', { Authorization: 'Bearer nobody' }, 401],
    ['another content type', { 'Content-Type': 'text/plain' }, 415],
  ])('is refused with %s', async (_name, changed, status) => {
    const sandbox = await sandboxForTest();
    const { token } = await clientOf(sandbox);
    const reply = await ask(`${sandbox.url}/order/openapi/order/v1/save`, {
      method: 'POST',
      headers: {
        'User-Agent': 'OpenAPI',
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        ...changed,
      },
      body: orderJson('A1'),
    });
    expect(reply.status).toBe(status);
    expect(reply.code).toEqual(expect.any(String));
    expect(sandbox.truth()).toEqual([]);
  });
});

describe('the catalog', () => {
  it('has ids as strings', async () => {
    const client = await clientOf(await sandboxForTest());
    const plans = await client.get(PLANS);
    expect(plans.result.planList.map((plan: { planName: string }) => plan.planName)).toEqual([
      'Linkus Cloud Service',
      'Linkus Cloud Service Pro',
      'Linkus Cloud Service Enterprise',
    ]);
    expect(plans.result.planList[1]?.planId).toBe(PRO);
    const contacts = await client.get('/user/openapi/user/v1/client/billing_contact_list');
    expect(contacts.result).toMatchObject([
      { billingContactId: ADA, emailAddress: 'ada.keller@example.com' },
      { billingContactId: BO },
    ]);
    expect((await client.get('/pricing/openapi/purchase/v1/product_list')).result).toContainEqual({
      name: 'Linkus Cloud Service',
      productId: '9',
    });
  });

  it('can insist on productNo for the plans', async () => {
    const client = await clientOf(await sandboxForTest({ requireProductNo: true }));
    expect(await client.get(PLANS)).toMatchObject({ status: 400, result: { field: 'productNo' } });
    expect((await client.get(`${PLANS}&productNo=A1`)).status).toBe(200);
  });

  it('shows PBXs and the plan that is being switched', async () => {
    const client = await clientOf(
      await sandboxForTest({
        pendingShare: 1,
        pendingMs: 60_000,
        pbxs: [{ productNo: 'A1', productId: '9' }],
      }),
    );
    await client.order('A1');
    const path = '/product/openapi/instance_product/v1';
    expect((await client.get(`${path}/client/instance_product_list?productId=9`)).result).toMatchObject({
      total: 1,
      results: [{ productNo: 'A1', activationStatus: 'activated' }],
    });
    expect((await client.get(`${path}/detail?productNo=A1&productId=9`)).result.currentPlan).toBe(
      'Linkus Cloud Service Pro',
    );
  });
});

it('answers in the envelope where there is nothing', async () => {
  const client = await clientOf(await sandboxForTest());
  expect(await client.get('/nowhere')).toMatchObject({ status: 404, code: 'not_found' });
  expect(await client.get(`${DETAILS}/SO000000000009`)).toMatchObject({ status: 404 });
  expect(await client.get(`${LIST}?pageNo=0`)).toMatchObject({ status: 400, result: { field: 'pageNo' } });
});
