import { Problem } from '../common/errors.js';
import type { OrderBody } from '../job/define.js';
import { type Pbx, type PbxPage, readPbx, readPbxPage } from './inventory.js';
import { bareNumber, toJson } from './json.js';
import type { Reply } from './outcome.js';
import { type Amount, type Read, readFinalPrice, readListPrices } from './prices.js';
import type { PortalRequest } from './transport.js';

/** What is asked of the portal before and after orders: PBXs and prices. Nothing here places anything. */
export interface Questions {
  /** A page of the account's PBXs for a product. */
  readonly pbxPage: (productId: number, pageNo: number) => Promise<PbxPage>;
  /** One PBX; `undefined`: the portal does not know it. */
  readonly pbx: (productId: number, serialNumber: string) => Promise<Pbx | undefined>;
  /** The list prices of a product's plans, by plan id. */
  readonly listPrices: (
    productId: number,
    billingCycle: string,
  ) => Promise<Read<ReadonlyMap<string, Amount>>>;
  /** What an order would cost, asked before it is placed. */
  readonly finalPrice: (order: OrderBody, pricingId: string) => Promise<Read<Amount>>;
}

const PBXS = '/product/openapi/instance_product/v1/client/instance_product_list';
const PBX = '/product/openapi/instance_product/v1/detail';
const LIST_PRICES = '/pricing/openapi/purchase/v1/my_price_info';
const FINAL_PRICE = '/pricing/openapi/purchase/v1/pricing/calculate';

const PBXS_ON_A_PAGE = '100';

interface Asking {
  readonly ask: (request: PortalRequest) => Promise<Reply>;
  readonly resultOf: (reply: Reply, what: string) => unknown;
  /** What the portal says may repeat the token, and it goes to files and to the ledger. */
  readonly scrub: (text: string) => string;
}

export function createQuestions({ ask, resultOf, scrub }: Asking): Questions {
  const get = (path: string, query: Readonly<Record<string, string>>): Promise<Reply> => ask({ path, query });
  const clean = ({ serialNumber, fields }: Pbx): Pbx => ({
    serialNumber,
    fields: new Map([...fields].map(([name, value]) => [scrub(name), scrub(value)])),
  });
  const cleaned = <T>(read: Read<T>): Read<T> =>
    'found' in read ? read : { notUnderstood: read.notUnderstood.map(scrub) };
  return {
    pbxPage: async (productId, pageNo) => {
      const what = 'the list of PBXs';
      const query = { productId: String(productId), pageNo: String(pageNo), pageSize: PBXS_ON_A_PAGE };
      const page = readPbxPage(resultOf(await get(PBXS, query), what));
      if (page !== undefined) return { ...page, pbxs: page.pbxs.map(clean) };
      throw new Problem('foreign_answer', `The answer to ${what} is not a list of PBXs.`);
    },

    pbx: async (productId, serialNumber) => {
      const reply = await get(PBX, { productNo: serialNumber, productId: String(productId) });
      try {
        const result = resultOf(reply, `the PBX ${serialNumber}`);
        return result === null ? undefined : clean(readPbx(result));
      } catch (error) {
        if (error instanceof Problem && error.code === 'portal_refused') return undefined;
        throw error;
      }
    },

    listPrices: async (productId, billingCycle) => {
      const query = { productId: String(productId), billingCycle };
      const result = resultOf(await get(LIST_PRICES, query), 'the list prices');
      return cleaned(readListPrices(result, billingCycle));
    },

    finalPrice: async ({ operationType, productId, productNo, serviceList }, pricingId) => {
      // As far as it is documented; that the other fields are those of an order is an assumption.
      const services = serviceList.map(({ serviceId: _, ...service }) => ({
        ...service,
        pricingId: bareNumber(pricingId),
      }));
      const body = toJson({ operationType, productId, productNo, serviceList: services });
      const reply = await ask({ path: FINAL_PRICE, contentType: 'application/json', body });
      return cleaned(readFinalPrice(resultOf(reply, 'the price')));
    },
  };
}
