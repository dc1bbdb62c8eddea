import type { Sandbox } from '../../../src/sandbox/start-sandbox.js';

export const ADA = '3048918719332507648';
export const BO = '9223372036854775807';
export const PRO = '3048918719332507702';

/** What any of the answers may hold; a test reads what its own answer should have. */
interface Result {
  readonly token: string;
  readonly refreshToken: string;
  readonly orderNo: string;
  readonly productNo: string;
  readonly orderStatus: string;
  readonly currentPlan: string;
  readonly total: number;
  readonly totalPage: number;
  readonly count: number;
  readonly results: (Record<'id' | 'orderNo' | 'orderStatus' | 'productNo' | 'customReferenceNo', string> & {
    createTime: number;
  })[];
  readonly planList: { planId: string; planName: string }[];
  readonly basicInformation: { productNo: string; productId: string };
  readonly orderInformation: { customReferenceNo: string; createTime: number };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: string;
  readonly result: Result;
}

export async function ask(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, code: json.code, result: json.result };
}

export const form = (sandbox: Sandbox, fields: Record<string, string>): Promise<Reply> =>
  ask(`${sandbox.url}/auth/openapi/v1/oauth/token`, {
    method: 'POST',
    headers: { 'User-Agent': 'OpenAPI' },
    body: new URLSearchParams(fields),
  });

export const credentials = (sandbox: Sandbox): Record<string, string> => ({
  client_id: sandbox.clientId,
  client_secret: sandbox.clientSecret,
  grant_type: 'pp_credentials',
});

export interface Client {
  readonly token: string;
  readonly get: (path: string) => Promise<Reply>;
  /** Orders for a serial number; `change` edits the JSON text before it leaves. */
  readonly order: (productNo: string, change?: (json: string) => string) => Promise<Reply>;
}

export async function clientOf(sandbox: Sandbox): Promise<Client> {
  const { token } = (await form(sandbox, credentials(sandbox))).result;
  const headers = { 'User-Agent': 'OpenAPI', Authorization: `Bearer ${token}` };
  return {
    token,
    get: (path) => ask(`${sandbox.url}${path}`, { headers }),
    order: (productNo, change = (json) => json) =>
      ask(`${sandbox.url}/order/openapi/order/v1/save`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: change(orderJson(productNo)),
      }),
  };
}

export const orderJson = (productNo: string): string =>
  `{"operationType":"switch_plan","productId":9,"productNo":"${productNo}","billingId":${ADA},"poNumber":"B-${productNo}",` +
  `"serviceList":[{"serviceType":"plan","serviceId":${PRO},"purchaseType":"switch","billingModel":"recurring",` +
  '"billingCycle":"annually","multiCycle":1}]}';

export const LIST = '/order/openapi/order/v1/page';
export const DETAILS = '/order/openapi/order/v1/get';
export const PLANS = '/pricing/openapi/purchase/v1/purchase_product_info?productId=9';
