import { describe, expect, it } from 'vitest';
import type { BillingContactId, PlanId } from '../../../src/common/ids.js';
import type { BillingContact, Plan } from '../../../src/portal/catalog.js';
import { createNames, type Resolved } from '../../../src/resolve/names.js';

const plan = (planId: string, name: string): Plan => ({ planId: planId as PlanId, name });
const contact = (id: string, name: string, company: string, email: string): BillingContact => ({
  billingContactId: id as BillingContactId,
  name,
  company,
  email,
});

const PLANS = [
  plan('3048918719332507648', 'Linkus Cloud Service Pro'),
  plan('3048918719332507649', 'Linkus Cloud Service'),
  plan('5', 'Twin'),
  plan('6', 'twin'),
];
const ADA = contact('7', 'Ada Keller', 'ACME', 'ada@example.com');
const BOB = contact('8', 'Bob Stone', 'ACME', 'bob@example.com');
const CONTACTS = [ADA, BOB];

/** The id, or the problem's code. */
const brief = (resolved: Resolved<string>): string =>
  'id' in resolved ? resolved.id : resolved.problem.code;
const message = (resolved: Resolved<string>): string => ('id' in resolved ? '' : resolved.problem.message);

describe('a plan', () => {
  const names = createNames(PLANS, CONTACTS, undefined);

  it.each([
    ['its name', { plan: 'Linkus Cloud Service Pro' }, '3048918719332507648'],
    ['its name in other case', { plan: 'LINKUS cloud service pro' }, '3048918719332507648'],
    ['its name with runs of spaces', { plan: '  Linkus   Cloud\u00a0Service\tPro ' }, '3048918719332507648'],
    ['its id', { planId: '3048918719332507649' }, '3048918719332507649'],
    [
      'its id and its name',
      { planId: '3048918719332507649', plan: 'linkus cloud service' },
      '3048918719332507649',
    ],
    ['an id that settles which of two namesakes', { planId: '6', plan: 'Twin' }, '6'],
    [
      'another one’s name',
      { planId: '3048918719332507649', plan: 'Linkus Cloud Service Pro' },
      'unknown_plan',
    ],
    ['a name that nobody has', { plan: 'Gold' }, 'unknown_plan'],
    ['a part of a name', { plan: 'Linkus Cloud' }, 'unknown_plan'],
    ['an id that nobody has', { planId: '3048918719332507650' }, 'unknown_plan'],
    ['an id a bit too short', { planId: '304891871933250764' }, 'unknown_plan'],
    ['a name that two have', { plan: 'TWIN' }, 'ambiguous_plan'],
    ['nothing', {}, 'missing_value'],
  ])('is looked for by %s', (_, wanted, expected) => {
    expect(brief(names.plan(wanted))).toBe(expected);
  });

  it('that is not there is told with the nearest name and with all there are', () => {
    const said = message(names.plan({ plan: 'Linkus Clod Servce Pro' }));
    expect(said).toContain('did you mean "Linkus Cloud Service Pro"?');
    expect(said).toContain('There is also "Linkus Cloud Service"');
  });

  it('that is nothing like any other is told without a guess', () => {
    expect(message(names.plan({ plan: 'zzzzzzzzzzzzzzzz' }))).not.toContain('did you mean');
  });

  it('with namesakes is told with their ids', () => {
    expect(message(names.plan({ plan: 'Twin' }))).toContain('5, 6');
  });

  it('among very many is told with the first twenty', () => {
    const many = Array.from({ length: 50 }, (_, i) => plan(String(i), `Plan number ${i}`));
    const said = message(createNames(many, CONTACTS, undefined).plan({ plan: 'none of these' }));
    expect(said).toContain('"Plan number 19"');
    expect(said).not.toContain('"Plan number 20"');
    expect(said).toContain('and 30 more');
  });
});

describe('a billing contact', () => {
  const names = createNames(PLANS, CONTACTS, undefined);

  it.each([
    ['its id', '7', '7'],
    ['its e-mail', 'bob@example.com', '8'],
    ['its e-mail in other case', ' BOB@Example.com ', '8'],
    ['its name', 'ada  keller', '7'],
    ['a company that two have', 'ACME', 'ambiguous_billing_contact'],
    ['a name that nobody has', 'Carol', 'unknown_billing_contact'],
  ])('is looked for by %s', (_, wanted, expected) => {
    expect(brief(names.billingContact(wanted))).toBe(expected);
  });

  it('by a company that one alone has', () => {
    const other = contact('9', '', 'Initech', '');
    expect(brief(createNames(PLANS, [ADA, other], undefined).billingContact('initech'))).toBe('9');
  });

  it('an e-mail goes before a name that reads the same', () => {
    const odd = contact('9', 'ada@example.com', '', 'x@example.com');
    expect(brief(createNames(PLANS, [odd, ADA], undefined).billingContact('ada@example.com'))).toBe('7');
  });

  it('that is not there is told with the nearest', () => {
    expect(message(names.billingContact('ada@exmaple.com'))).toContain('did you mean "ada@example.com"?');
  });

  it('need not be named where there is one', () => {
    expect(brief(createNames(PLANS, [ADA], undefined).billingContact(undefined))).toBe('7');
  });

  it('has to be named where there are several, or none', () => {
    expect(brief(names.billingContact(undefined))).toBe('missing_billing_contact');
    expect(brief(createNames(PLANS, [], undefined).billingContact(undefined))).toBe(
      'missing_billing_contact',
    );
  });

  it('chosen for all rows stands for those without their own alone', () => {
    const chosen = createNames(PLANS, CONTACTS, 'BOB stone');
    expect(brief(chosen.billingContact(undefined))).toBe('8');
    expect(brief(chosen.billingContact('7'))).toBe('7');
  });

  it.each([
    ['nobody', 'unknown_billing_contact'],
    ['acme', 'ambiguous_billing_contact'],
  ])('chosen for all rows as %s is refused at once', (chosen, code) => {
    expect(() => createNames(PLANS, CONTACTS, chosen)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('--billing-contact') }),
    );
  });
});

it('ids are shown by their names, where they have one', () => {
  const names = createNames(PLANS, [ADA, contact('9', '', '', 'x@y.z')], undefined);
  expect(names.planName('5' as PlanId)).toBe('Twin');
  expect(names.planName('404' as PlanId)).toBe('the plan with the id 404');
  expect(names.billingContactName('7' as BillingContactId)).toBe('Ada Keller');
  expect(names.billingContactName('9' as BillingContactId)).toBe('x@y.z');
});
