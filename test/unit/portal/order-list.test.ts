import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromJson } from '../../../src/portal/json.js';
import { readOrderPage } from '../../../src/portal/order-list.js';

const read = (json: string) => readOrderPage(fromJson(json));

describe('a page of the list of orders', () => {
  it('is read as documented', () => {
    const json = `{"count":1,"pageNo":1,"pageSize":25,"total":1,"totalPage":1,"results":[{"id":3048918719332507649,
      "orderNo":"O-1","orderStatus":"Succeed","createTime":1767225600123,"customReferenceNo":" JUNE-X ",
      "invoiceNo":null,"currencyCode":"USD"}]}`;
    expect(read(json)).toStrictEqual({
      orders: [{ orderNo: 'O-1', orderStatus: 'succeed', createTime: 1767225600123, references: ['JUNE-X'] }],
      count: 1,
      pageSize: 25,
      total: 1,
      totalPage: 1,
    });
  });

  it('may show the serial number, the transaction and the reference under another name', () => {
    const json =
      '{"results":[{"orderNo":"O-1","productNo":3694,"transactionNo":"T","instanceId":9,"poNumber":"R"}]}';
    expect(read(json)?.orders).toStrictEqual([
      { orderNo: 'O-1', productNo: '3694', transactionNo: 'T', instanceId: '9', references: ['R'] },
    ]);
  });

  it('keeps an order number that is a bare 64-bit number digit for digit', () => {
    expect(read('{"results":[{"orderNo":9223372036854775807}]}')?.orders).toStrictEqual([
      { orderNo: '9223372036854775807', references: [] },
    ]);
  });

  it('takes numbers that are written as text', () => {
    expect(read('{"results":[],"total":"120","totalPage":"5"}')).toMatchObject({ total: 120, totalPage: 5 });
  });

  it('leaves out what it cannot read of an order, and counts orders that it cannot read at all', () => {
    const json =
      '{"results":[{"orderNo":"O-1","createTime":"later","customReferenceNo":{}},{"orderNo":null},7,{}]}';
    expect(read(json)).toStrictEqual({ orders: [{ orderNo: 'O-1', references: [] }], count: 4 });
  });

  it('that holds nothing may say so by null', () => {
    expect(read('{"results":null,"total":0}')).toStrictEqual({ orders: [], count: 0, total: 0 });
  });

  it.each([
    '{"results":null,"total":5}',
    '{"results":null}',
    '{"total":5}',
    '{"results":{}}',
    '[]',
    '"x"',
    '7',
  ])('is not what %s is', (json) => {
    expect(read(json)).toBeUndefined();
  });

  it('is an empty page where a success holds nothing', () => {
    expect(read('null')).toStrictEqual({ orders: [], count: 0 });
  });

  it('is never crashed by what the portal sends', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.json()), (result, items) => {
        read(result);
        expect(read(`{"results":[${items.join(',')}]}`)?.count).toBe(items.length);
      }),
    );
  });
});
