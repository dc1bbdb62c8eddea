import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBillingContacts, readPlans } from '../../../src/portal/catalog.js';
import { fromJson } from '../../../src/portal/json.js';

const plansIn = (json: string) => readPlans(fromJson(json));
const contactsIn = (json: string) => readBillingContacts(fromJson(json));

describe('plans', () => {
  it.each([
    ['in planList, named planName', '{"offeringId":"1","planList":[{"planId":"30","planName":"Pro"}]}'],
    ['in another list, named name', '{"plans":[{"planId":"30","name":"Pro"}]}'],
    ['as the result itself', '[{"planId":"30","planName":"Pro"}]'],
    ['a level deeper', '{"product":{"offering":[{"planList":[{"planId":"30","planName":" Pro "}]}]}}'],
    ['with a bare number for an id', '{"planList":[{"planId":30,"planName":"Pro"}]}'],
    [
      'inside an object that has the key too',
      '{"planId":null,"planList":[{"planId":"30","planName":"Pro"}]}',
    ],
    ['named once and then only referred to', '{"a":[{"planId":"30","planName":"Pro"}],"b":{"planId":"30"}}'],
    ['listed twice', '{"a":[{"planId":"30","planName":"Pro"}],"b":[{"planId":30,"planName":"Pro"}]}'],
  ])('are found %s', (_, json) => {
    expect(plansIn(json)).toStrictEqual([{ planId: '30', name: 'Pro' }]);
  });

  it('keep every digit of a 64-bit id, as text and as a bare number', () => {
    const json =
      '[{"planId":9223372036854775807,"planName":"a"},{"planId":"9007199254740993","planName":"b"}]';
    expect(plansIn(json).map(({ planId }) => planId)).toStrictEqual([
      '9223372036854775807',
      '9007199254740993',
    ]);
  });

  it('without a usable id are left out, without a name are kept', () => {
    const json =
      '[{"planId":"x"},{"planId":null},{"planId":"1.5"},{"planId":{}},{"planId":"-1"},{"planId":"7"}]';
    expect(plansIn(json)).toStrictEqual([{ planId: '7', name: '' }]);
  });

  it('are not taken from services, which have no plan id', () => {
    expect(plansIn('{"planList":[],"serviceList":[{"serviceId":"1","serviceName":"s"}]}')).toStrictEqual([]);
  });
});

describe('billing contacts', () => {
  const ADA =
    '{"billingContactId":"7","firstName":"Ada","lastName":"Keller","company":"ACME","emailAddress":"ada@example.com"}';
  const expected = [{ billingContactId: '7', name: 'Ada Keller', company: 'ACME', email: 'ada@example.com' }];

  it.each([
    ['a list', `[${ADA}]`],
    ['one object', ADA],
    ['a list in an object', `{"results":[${ADA}]}`],
  ])('are read from %s', (_, json) => {
    expect(contactsIn(json)).toStrictEqual(expected);
  });

  it('may lack everything but their id', () => {
    expect(
      contactsIn('[{"billingContactId":3048918719332507648,"lastName":"Keller","company":null}]'),
    ).toStrictEqual([{ billingContactId: '3048918719332507648', name: 'Keller', company: '', email: '' }]);
  });
});

it('whatever the portal sends crashes neither', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(Array.isArray(plansIn(json))).toBe(true);
      expect(Array.isArray(contactsIn(json))).toBe(true);
    }),
  );
});
