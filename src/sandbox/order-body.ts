import { isLosslessNumber, parse } from 'lossless-json';
import { type Answer, invalidField, refusal } from './envelope.js';

/** What an accepted body orders. */
export interface Order {
  readonly productNo: string;
  readonly planId: string;
  readonly billingId: string;
  readonly multiCycle: number;
  readonly poNumber: string | undefined;
}

export interface Known {
  readonly planIds: ReadonlySet<string>;
  readonly contactIds: ReadonlySet<string>;
}

/** The fixed values of `switch_plan` (tutorial). */
const FIXED = { operationType: 'switch_plan' };
const FIXED_SERVICE = {
  serviceType: 'plan',
  purchaseType: 'switch',
  billingModel: 'recurring',
  billingCycle: 'annually',
};
const FIELDS = new Set([
  'operationType',
  'productId',
  'productNo',
  'billingId',
  'assignId',
  'poNumber',
  'serviceList',
]);
const SERVICE_FIELDS = new Set([...Object.keys(FIXED_SERVICE), 'serviceId', 'multiCycle']);

type Fields = Record<string, unknown>;

/**
 * Checks the body of `POST /order/openapi/order/v1/save` (tutorial, developer guide). Stricter than the
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
  const changed = notFixed(parsed, FIXED) ?? notFixed(service, FIXED_SERVICE);
  if (changed !== undefined) return wrong(changed, 'oneof');
  if (digits(parsed['productId']) !== '9') return wrong('productId', 'oneof');

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
  if (planId === undefined || !known.planIds.has(planId)) return wrong('serviceList[0].serviceId', 'exists');
  const multiCycle = digits(service['multiCycle']) ?? '';
  if (!/^[1-5]$/.test(multiCycle)) return wrong('serviceList[0].multiCycle', 'min=1,max=5');

  return { order: { productNo, planId, billingId, multiCycle: Number(multiCycle), poNumber } };
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);

/** A bare JSON number as its digits, not one digit changed; a string is none. */
const digits = (value: unknown): string | undefined =>
  isLosslessNumber(value) ? value.toString() : undefined;

const unknownField = (fields: Fields, known: ReadonlySet<string>): string | undefined =>
  Object.keys(fields).find((key) => !known.has(key));

const notFixed = (fields: Fields, fixed: Readonly<Record<string, string>>): string | undefined =>
  Object.keys(fixed).find((key) => fields[key] !== fixed[key]);
