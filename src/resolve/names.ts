import { closest, distance } from 'fastest-levenshtein';
import { Problem } from '../common/errors.js';
import type { FindingCode } from '../common/finding.js';
import type { BillingContactId, PlanId } from '../common/ids.js';
import { someOf } from '../common/sentence.js';
import { quoted } from '../input/cell.js';
import type { BillingContact, Plan } from '../portal/catalog.js';

/** What a name stands for, or why it stands for nothing. */
export type Resolved<Id> =
  | { readonly id: Id }
  | { readonly problem: { readonly code: FindingCode; readonly message: string } };

export interface Names {
  readonly plan: (wanted: {
    readonly plan?: string | undefined;
    readonly planId?: string | undefined;
  }) => Resolved<PlanId>;
  /** Without a name: the one chosen for all rows, else the only one there is. */
  readonly billingContact: (wanted: string | undefined) => Resolved<BillingContactId>;
  readonly planName: (id: PlanId) => string;
  /** What `pricing/calculate` knows the plan by, if the portal tells. */
  readonly pricingId: (id: PlanId) => string | undefined;
  readonly billingContactName: (id: BillingContactId) => string;
}

/** Names compare without case and without regard to runs of spaces. */
const plain = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();

const LISTED = 20;

/**
 * Resolves plan and billing contact names against the portal's lists; each name is looked up once.
 * Throws a `Problem` if `--billing-contact` names none or several.
 */
export function createNames(
  plans: readonly Plan[],
  contacts: readonly BillingContact[],
  chosenContact: string | undefined,
): Names {
  const plan = remember<PlanId>();
  const contact = remember<BillingContactId>();
  const fallback = fallbackContact(contacts, chosenContact);
  return {
    // No id has a space in it.
    plan: ({ plan: name = '', planId: id = '' }) => plan(`${id} ${name}`, () => resolvePlan(plans, name, id)),
    billingContact: (wanted) =>
      wanted === undefined ? fallback : contact(wanted, () => resolveContact(contacts, wanted)),
    pricingId: (id) => plans.find((item) => item.planId === id)?.pricingId,
    planName: (id) => plans.find((item) => item.planId === id)?.name ?? `the plan with the id ${id}`,
    billingContactName: (id) => {
      const found = contacts.find((item) => item.billingContactId === id);
      const byId = `the contact with the id ${id}`;
      return found === undefined ? byId : found.name || found.company || found.email || byId;
    },
  };
}

/** Names that were looked up: a file has few of them, many times. */
function remember<Id>(): (key: string, resolve: () => Resolved<Id>) => Resolved<Id> {
  const known = new Map<string, Resolved<Id>>();
  return (key, resolve) => {
    let value = known.get(key);
    if (value === undefined) {
      value = resolve();
      known.set(key, value);
    }
    return value;
  };
}

function resolvePlan(plans: readonly Plan[], name: string, id: string): Resolved<PlanId> {
  const byId = id === '' ? undefined : plans.find((item) => item.planId === id);
  if (id !== '' && byId === undefined) {
    return problem('unknown_plan', `the portal has no plan with the id ${id}: it has ${listPlans(plans)}`);
  }
  if (name === '' || byId !== undefined) {
    if (byId !== undefined && name !== '' && plain(byId.name) !== plain(name)) {
      return problem(
        'unknown_plan',
        `the plan id ${id} is "${byId.name}", not ${quoted(name)}: leave one of the two empty`,
      );
    }
    return byId === undefined ? problem('missing_value', 'the row names no plan') : { id: byId.planId };
  }
  const [first, ...more] = plans.filter((item) => plain(item.name) === plain(name));
  if (first === undefined) {
    const near = nearest(
      plans.map((item) => item.name),
      name,
    );
    const others = plans.filter((item) => item.name !== near).map((item) => `"${item.name}"`);
    const hint = near === undefined ? `it has ${listPlans(plans)}` : didYouMean(near, others);
    return problem('unknown_plan', `the portal has no plan ${quoted(name)}: ${hint}`);
  }
  if (more.length > 0) {
    const ids = [first, ...more].map((item) => item.planId).join(', ');
    return problem(
      'ambiguous_plan',
      `several plans are named ${quoted(name)}: put one of the ids ${ids} in a column planId`,
    );
  }
  return { id: first.planId };
}

function resolveContact(contacts: readonly BillingContact[], wanted: string): Resolved<BillingContactId> {
  const key = plain(wanted);
  const byId = contacts.find((item) => item.billingContactId === key);
  if (byId !== undefined) return { id: byId.billingContactId };
  const byMail = contacts.filter((item) => plain(item.email) === key);
  const named =
    byMail.length > 0
      ? byMail
      : contacts.filter((item) => [item.name, item.company].some((name) => plain(name) === key));
  const [first, ...more] = named;
  if (first === undefined) {
    const near = nearest(
      contacts.flatMap((item) => [item.email, item.name, item.company]).filter(Boolean),
      wanted,
    );
    const others = contacts
      .filter((item) => ![item.email, item.name, item.company].includes(near ?? ''))
      .map((item) => `${item.name || item.company} <${item.email}>`);
    const hint = near === undefined ? `it has ${listContacts(contacts)}` : didYouMean(near, others);
    const message = `the portal has no billing contact ${quoted(wanted)}: ${hint}`;
    return problem('unknown_billing_contact', message);
  }
  if (more.length > 0) {
    return problem(
      'ambiguous_billing_contact',
      `several billing contacts are ${quoted(wanted)}: name one by its id: ${listContacts(named)}`,
    );
  }
  return { id: first.billingContactId };
}

function fallbackContact(
  contacts: readonly BillingContact[],
  chosen: string | undefined,
): Resolved<BillingContactId> {
  if (chosen !== undefined) {
    const resolved = resolveContact(contacts, chosen);
    if ('id' in resolved) return resolved;
    throw new Problem(resolved.problem.code, `--billing-contact: ${resolved.problem.message}.`);
  }
  const [only, ...more] = contacts;
  if (only !== undefined && more.length === 0) return { id: only.billingContactId };
  return problem(
    'missing_billing_contact',
    only === undefined
      ? 'the portal has no billing contact: create one in the Partner Portal'
      : `the row names no billing contact and there are several: choose one with --billing-contact or in a column ` +
          `billingContact: ${listContacts(contacts)}`,
  );
}

/** The nearest name, unless it is so far off that naming it would mislead. */
function nearest(names: readonly string[], wanted: string): string | undefined {
  if (names.length === 0) return undefined;
  const byPlain = new Map(names.map((name) => [plain(name), name]));
  const key = closest(plain(wanted), [...byPlain.keys()]);
  return distance(key, plain(wanted)) <= Math.max(3, key.length / 2) ? byPlain.get(key) : undefined;
}

const didYouMean = (near: string, others: readonly string[]): string =>
  `did you mean "${near}"?${others.length === 0 ? '' : ` There is also ${list(others, '')}`}`;

const listPlans = (plans: readonly Plan[]): string =>
  list(
    plans.map((item) => `"${item.name}" (${item.planId})`),
    'no plans',
  );

const listContacts = (contacts: readonly BillingContact[]): string =>
  list(
    contacts.map((item) => `${item.billingContactId} ${item.name || item.company} <${item.email}>`),
    'no billing contacts',
  );

const list = (items: readonly string[], none: string): string =>
  items.length === 0 ? none : someOf(items, LISTED);

const problem = (code: FindingCode, message: string) => ({ problem: { code, message } });
