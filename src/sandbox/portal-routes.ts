import type { FastifyInstance } from 'fastify';
import { productInfo, productList, productOf, type SandboxContact } from './catalog.js';
import { invalidField, refusal, success } from './envelope.js';
import type { Gate } from './gate.js';
import { type OrderBook, placedResult } from './order-answers.js';
import { type Known, readOrderBody } from './order-body.js';
import type { Query } from './page-answer.js';
import { noSuchPbx, type Pbxs } from './pbxs.js';
import { finalPrice, listPrices, type PriceForm } from './pricing.js';
import type { Tokens } from './tokens.js';

export interface Portal {
  readonly tokens: Tokens;
  readonly book: OrderBook;
  readonly known: Known;
  readonly contacts: readonly SandboxContact[];
  readonly pbxs: Pbxs;
  readonly requireProductNo: boolean;
  readonly prices: PriceForm;
}

/** The portal's endpoints (tutorial, developer guide), each behind the gate. */
export function addPortalRoutes(app: FastifyInstance, gate: Gate, portal: Portal): void {
  const { tokens, book, known, pbxs } = portal;
  app.post(
    '/auth/openapi/v1/oauth/token',
    gate.route('token', 'token', (request) => tokens.answer(request.headers['content-type'], request.body)),
  );
  app.get(
    '/pricing/openapi/purchase/v1/product_list',
    gate.route('products', 'catalog', () => success(productList)),
  );
  app.get(
    '/pricing/openapi/purchase/v1/purchase_product_info',
    gate.route('plans', 'catalog', (request) => {
      const { productId, productNo } = request.query as Query;
      const product = productOf(productId);
      if (product === undefined || product.plans.length === 0) return invalidField('productId', 'oneof');
      const needsProductNo = portal.requireProductNo || product.needsProductNo === true;
      if (typeof productNo !== 'string')
        return needsProductNo ? invalidField('productNo', 'required') : success(productInfo(product));
      return pbxs.has(productNo, product.productId) ? success(productInfo(product)) : noSuchPbx();
    }),
  );
  app.get(
    '/pricing/openapi/purchase/v1/my_price_info',
    gate.route('listPrices', 'catalog', (request) => listPrices(request.query as Query, portal.prices)),
  );
  app.post(
    '/pricing/openapi/purchase/v1/pricing/calculate',
    gate.route('finalPrice', 'catalog', (request) => finalPrice(request.body, portal.prices)),
  );
  app.get(
    '/user/openapi/user/v1/client/billing_contact_list',
    gate.route('contacts', 'catalog', () => success(portal.contacts)),
  );
  app.post(
    '/order/openapi/order/v1/save',
    gate.route('order', 'order', (request) => {
      if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
        return refusal(415, 'unsupported_media_type', 'An order is application/json.');
      }
      const read = readOrderBody(request.body, known);
      if (read.refused !== undefined) return read.refused;
      return pbxs.refused(read.order) ?? success(placedResult(book.orders.place(read.order)));
    }),
  );
  app.get(
    '/order/openapi/order/v1/page',
    gate.route('list', 'list', (request) => book.list(request.query as Query)),
  );
  app.get(
    '/order/openapi/order/v1/get/:key',
    gate.route('details', 'list', (request) => book.details((request.params as { key: string }).key)),
  );
  app.get(
    '/product/openapi/instance_product/v1/client/instance_product_list',
    gate.route('pbxList', 'catalog', (request) => pbxs.list(request.query as Query)),
  );
  app.get(
    '/product/openapi/instance_product/v1/detail',
    gate.route('pbx', 'catalog', (request) => pbxs.detail(request.query as Query)),
  );
}
