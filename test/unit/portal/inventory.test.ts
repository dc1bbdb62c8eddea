import { expect, it } from 'vitest';
import { type PbxPage, readPbx, readPbxPage } from '../../../src/portal/inventory.js';
import { fromJson } from '../../../src/portal/json.js';
import { readInventory } from '../../../src/portal/read-inventory.js';

const pbx = (text: string) => readPbx(fromJson(text));

it('a PBX keeps every field that the portal gives, flat, digit for digit', () => {
  const { serialNumber, fields } = pbx(
    '{"id":3048918719332507648,"productNo":"3694A1","comment":null,"plan":{"name":"Pro","days":[1,2]},"on":true}',
  );
  expect(serialNumber).toBe('3694A1');
  expect(Object.fromEntries(fields)).toEqual({
    id: '3048918719332507648',
    comment: '',
    'plan.name': 'Pro',
    'plan.days.0': '1',
    'plan.days.1': '2',
    on: 'true',
  });
});

it.each([
  ['{"sn":"3694A1"}', '3694A1'],
  ['{"productNo":"3694****338","serialNumber":"3694A1"}', '3694A1'],
  ['{"productNo":"9","productId":9}', undefined],
  ['{"productNo":"3694****338"}', undefined],
  ['{}', undefined],
])('the serial number of %s is %s', (text, serialNumber) => {
  expect(pbx(text).serialNumber).toBe(serialNumber);
});

it.each(['"no"', '{"results":"no"}', '[]', '{"total":5}'])('%s is no page of PBXs', (text) => {
  expect(readPbxPage(fromJson(text))).toBeUndefined();
});

/** Pages of so many PBXs, as a portal that gives so many at a time. */
function portalOf(
  pbxs: number,
  size: number,
  more: { total?: number | 'none'; pastEnd?: 'empty' | 'last' } = {},
) {
  const asked: number[] = [];
  const page = async (pageNo: number): Promise<PbxPage> => {
    asked.push(pageNo);
    const pages = Math.max(1, Math.ceil(pbxs / size));
    const shown = more.pastEnd === 'last' ? Math.min(pageNo, pages) : pageNo;
    const count = Math.max(0, Math.min(size, pbxs - (shown - 1) * size));
    const first = (shown - 1) * size;
    return {
      count,
      pbxs: Array.from({ length: count }, (_, i) => ({
        serialNumber: `36940000${first + i}`,
        fields: new Map(),
      })),
      ...(more.total === 'none' ? {} : { total: more.total ?? pbxs }),
    };
  };
  return { page, asked };
}

it.each([
  [0, 100, {}],
  [1, 100, {}],
  [100, 100, {}],
  [3_000, 100, {}],
  [101, 25, { total: 'none' }],
  [100, 25, { pastEnd: 'last' }],
  [60, 25, { total: 10 }],
] as const)('all of %i PBXs are read, %i on a page: %o', async (pbxs, size, more) => {
  const { page, asked } = portalOf(pbxs, size, more);
  const inventory = await readInventory(
    page,
    (pbx) => pbx,
    () => undefined,
  );
  expect(inventory.pbxs).toHaveLength(pbxs);
  expect(inventory.whole).toBe(true);
  expect(asked.length).toBeLessThanOrEqual(Math.ceil(pbxs / size) + 4);
});

it('an inventory of which the portal says that it has more is not whole', async () => {
  const { page } = portalOf(60, 25, { total: 61 });
  expect(
    await readInventory(
      page,
      (pbx) => pbx,
      () => undefined,
    ),
  ).toMatchObject({ whole: false });
});
