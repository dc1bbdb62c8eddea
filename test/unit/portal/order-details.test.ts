import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromJson } from '../../../src/portal/json.js';
import { readOrderDetails } from '../../../src/portal/order-details.js';

const read = (json: string) => readOrderDetails(fromJson(json));

describe('the details of an order', () => {
  it('are found by name in whichever section they stand', () => {
    const json = `{"basicInformation":{"productId":9,"productName":"Linkus","productNo":"369471667338"},
      "orderInformation":{"orderStatus":"Succeed","createTime":1767225600123,"customReferenceNo":"JUNE-X"},
      "orderSummary":{"transactionNo":"T-1","instanceId":3048918719332507649}}`;
    expect(read(json)).toStrictEqual({
      orderStatus: 'succeed',
      createTime: 1767225600123,
      transactionNo: 'T-1',
      instanceId: '3048918719332507649',
      productId: '9',
      orderNos: [],
      productNos: ['369471667338'],
      references: ['JUNE-X'],
    });
  });

  it('may name several serial numbers and references, also in lists', () => {
    const json =
      '{"items":[{"productNo":"A"},{"productNo":3694}],"poNumber":"P","x":{"customReferenceNo":" C "}}';
    expect(read(json)).toStrictEqual({ orderNos: [], productNos: ['A', '3694'], references: ['C', 'P'] });
  });

  it('name the order that they are of, as text or as a bare number', () => {
    expect(read('{"a":{"orderNo":9223372036854775807},"b":{"orderNo":"O-1"}}').orderNos).toStrictEqual([
      '9223372036854775807',
      'O-1',
    ]);
  });

  it('that are empty, null or of another type are absent', () => {
    const json = '{"productNo":" ","poNumber":null,"orderStatus":{},"createTime":"soon","instanceId":true}';
    expect(read(json)).toStrictEqual({ orderNos: [], productNos: [], references: [] });
  });

  it('are never crashed by what the portal sends', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 12 }), (json) => {
        expect(read(json)).toHaveProperty('productNos');
      }),
    );
  });
});
