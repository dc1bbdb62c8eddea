import { isLosslessNumber, parse } from 'lossless-json';
import { PRODUCT_ID, productOf } from './catalog.js';
import { type Answer, invalidField, refusal } from './envelope.js';
import { type BillingCycle, cycleRange, PURCHASE_TYPES } from './tutorials.js';

/** What an accepted body orders. */
export interface Order {
  readonly productNo: string;
  readonly planId: string;
  readonly billingId: string;
  readonly multiCycle: number;
  readonly poNumber: string | undefined;
  /** Absent: `annually`. */
  readonly billingCycle?: BillingCycle;
  /** Absent: product 9. */
  readonly productId?: string;
  /** Absent: `switch_plan`. */
  readonly operationType?: string;
}

export interface Known {
  readonly contactIds: ReadonlySet<string>;
}

/** The values that all tutorials for plans have. */
const FIXED_SERVICE = { serviceType: 'plan', billingModel: 'recurring' };
const FIELDS = new Set([
  'operationType',
  'productId',
  'productNo',
  'billingId',
  'assignId',
  'poNumber',
  'serviceList',
]);
const SERVICE_FIELDS = new Set([
  ...Object.keys(FIXED_SERVICE),
  'purchaseType',
  'billingCycle',
  'serviceId',
  'multiCycle',
]);

type Fields = Record<string, unknown>;

/**
 * Checks the body of `POST /order/openapi/order/v1/save` (tutorials, developer guide). Stricter than the
 * portal may be (unknown fields are refused): what passes here is exactly what is documented.
 */
export function readOrderBody(
  body: unknown,
  known: Known,
): { order: Order; refused?: never } | { refused: Answer; order?: never } {
  let parsed: unknown;
  try {
    parsed = parse(typeof body === 'string' ? body : '');
  } catch {
    return { refused: refusal(400, 'invalid_json', 'The body is not JSON.') };
  }
  const wrong = (field: string, tag: string): { refused: Answer } => ({ refused: invalidField(field, tag) });
  if (!isObject(parsed)) return wrong('body', 'object');
  const services = parsed['serviceList'];
  if (!Array.isArray(services) || services.length !== 1) return wrong('serviceList', 'len=1');
  const service: unknown = services[0];
  if (!isObject(service)) return wrong('serviceList[0]', 'object');

  const unexpected = unknownField(parsed, FIELDS) ?? unknownField(service, SERVICE_FIELDS);
  if (unexpected !== undefined) return wrong(unexpected, 'unknown_field');
  const operationType = String(parsed['operationType']);
  const productId = digits(parsed['productId']);
  const product = productOf(productId);
  const cycle = String(service['billingCycle']);
  const range = cycleRange(operationType, productId, cycle);
  if (PURCHASE_TYPES[operationType] === undefined) return wrong('operationType', 'oneof');
  if (productId === undefined || product === undefined) return wrong('productId', 'oneof');
  if (range === 'no-such-order') return wrong('operationType', 'oneof');
  const changed = notFixed(service, {
    ...FIXED_SERVICE,
    purchaseType: PURCHASE_TYPES[operationType],
  });
  if (changed !== undefined) return wrong(changed, 'oneof');
  if (range === 'no-such-cycle') return wrong('serviceList[0].billingCycle', 'oneof');

  const { productNo, assignId, poNumber } = parsed;
  if (typeof productNo !== 'string' || !/^[A-Za-z0-9]{1,64}$/.test(productNo)) {
    return wrong('productNo', 'alphanum');
  }
  if (assignId !== undefined && typeof assignId !== 'string') return wrong('assignId', 'string');
  if (poNumber !== undefined && (typeof poNumber !== 'string' || !/^.{1,64}$/su.test(poNumber))) {
    return wrong('poNumber', 'max=64');
  }
  const billingId = digits(parsed['billingId']);
  if (billingId === undefined || !known.contactIds.has(billingId)) return wrong('billingId', 'exists');
  const planId = digits(service['serviceId']);
  if (planId === undefined || !product.plans.some((plan) => plan.planId === planId))
    return wrong('serviceList[0].serviceId', 'exists');
  const multiCycle = /^\d{1,2}$/.test(digits(service['multiCycle']) ?? '')
    ? Number(digits(service['multiCycle']))
    : -1;
  if (multiCycle < range[0] || multiCycle > range[1])
    return wrong('serviceList[0].multiCycle', `min=${range[0]},max=${range[1]}`);

  return {
    order: {
      productNo,
      planId,
      billingId,
      multiCycle,
      poNumber,
      ...(cycle === 'monthly' ? { billingCycle: cycle } : {}),
      ...(productId === PRODUCT_ID ? {} : { productId }),
      ...(operationType === 'switch_plan' ? {} : { operationType }),
    },
  };
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);

/** A bare JSON number as its digits, not one digit changed; a string is none. */
const digits = (value: unknown): string | undefined =>
  isLosslessNumber(value) ? value.toString() : undefined;

const unknownField = (fields: Fields, known: ReadonlySet<string>): string | undefined =>
  Object.keys(fields).find((key) => !known.has(key));

const notFixed = (fields: Fields, fixed: Readonly<Record<string, string | undefined>>): string | undefined =>
  Object.keys(fixed).find((key) => fields[key] !== fixed[key]);
