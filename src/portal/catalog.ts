import { z } from 'zod';
import type { BillingContactId, PlanId } from '../common/ids.js';
import { optionalText, text } from './json.js';

export interface Plan {
  readonly planId: PlanId;
  readonly name: string;
  /** What `pricing/calculate` knows the plan by (developer guide), if it is told. */
  readonly pricingId?: string;
}

export interface BillingContact {
  readonly billingContactId: BillingContactId;
  /** First and last name, if given. */
  readonly name: string;
  readonly company: string;
  readonly email: string;
}

const id = text.pipe(
  z
    .string()
    .trim()
    .regex(/^\d{1,19}$/),
);

// The name's key is an assumption: `planName` and `name` are both read.
const planSchema = z.object({
  planId: id,
  planName: optionalText,
  name: optionalText,
  pricingId: optionalText,
});

const contactSchema = z.object({
  billingContactId: id,
  firstName: optionalText,
  lastName: optionalText,
  company: optionalText,
  emailAddress: optionalText,
});

const readPricingId = (text: string | undefined): string | undefined =>
  /^\d{1,19}$/.test(text?.trim() ?? '') ? text?.trim() : undefined;

/** How deep the answers are searched; the documented shapes need two levels. */
const MAX_DEPTH = 6;

/**
 * The plans in the result of `purchase_product_info`. The list's key is an assumption, so any item that
 * carries a `planId` is one, wherever it stands.
 */
export function readPlans(result: unknown): Plan[] {
  const plans = new Map<string, Plan>();
  for (const item of findItems(result, 'planId')) {
    const parsed = planSchema.safeParse(item);
    if (!parsed.success) continue;
    const { planId } = parsed.data;
    const name = (parsed.data.planName ?? parsed.data.name ?? '').trim();
    const known = plans.get(planId);
    const pricingId = known?.pricingId ?? readPricingId(parsed.data.pricingId);
    // The same plan may stand there again without its name, as what another object refers to.
    plans.set(planId, {
      planId: planId as PlanId,
      name: known?.name || name,
      ...(pricingId === undefined ? {} : { pricingId }),
    });
  }
  return [...plans.values()];
}

/** The contacts in the result of `billing_contact_list`: one object or a list (both are tolerated). */
export function readBillingContacts(result: unknown): BillingContact[] {
  const contacts = new Map<string, BillingContact>();
  for (const item of findItems(result, 'billingContactId')) {
    const parsed = contactSchema.safeParse(item);
    if (!parsed.success) continue;
    const { billingContactId, firstName, lastName, company, emailAddress } = parsed.data;
    contacts.set(billingContactId, {
      billingContactId: billingContactId as BillingContactId,
      name: [firstName, lastName].filter(Boolean).join(' ').trim(),
      company: company?.trim() ?? '',
      email: emailAddress?.trim() ?? '',
    });
  }
  return [...contacts.values()];
}

/** Every object in a JSON value that has the key, those inside one another too: a group may name its first. */
function findItems(value: unknown, key: string, depth = 0): object[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item) => findItems(item, key, depth + 1));
  const inside = Object.values(value).flatMap((item) => findItems(item, key, depth + 1));
  return key in value ? [value, ...inside] : inside;
}
